"""On what machine and with what software a run was made."""

import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("grpcio", "protobuf", "RestrictedPython", "pydantic", "uvloop")
_PROGRAMS = {"node": ("node", "--version"), "h2load": ("h2load", "--version")}


def describe_machine() -> dict[str, str]:
    """Describe date, machine and versions, as text by name."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _read_field("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "load before": " ".join(f"{one:.2f}" for one in os.getloadavg()),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
        **{name: _ask(command) for name, command in _PROGRAMS.items() if shutil.which(command[0])},
    }


def _read_field(path: str, name: str) -> str:
    lines = Path(path).read_text().splitlines() if Path(path).exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _ask(command: tuple[str, ...]) -> str:
    asked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    return asked.stdout.strip().removeprefix("h2load ")
