"""``make fuzz``: tries every property of :mod:`tests.fuzz.properties` with bytes that atheris makes up.

``FUZZ_SECONDS`` says for how long each is tried (60). What the fuzzer learns stays in a temporary folder; bytes
that break a property are printed and kept in ``actions-fuzz`` beside it: put them into ``tests/fuzz/corpus`` with
the repair.
"""

import argparse
import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
FINDINGS: Final = Path(tempfile.gettempdir()) / "actions-fuzz"
INPUT_SECONDS: Final = 25
MEMORY_MIB: Final = 2_048
INPUT_BYTES: Final = 8_192


def fuzz(name: str) -> None:
    """Run the fuzzer in this process; it ends the process, with a code other than 0 for a finding."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["actions_sandbox", "actions_runtime"]):
        from tests.fuzz.properties import PROPERTIES

    atheris.Setup([name, *sys.argv[3:]], PROPERTIES[name])
    atheris.Fuzz()


def run(name: str, seconds: int) -> bool:
    """Fuzz one property in a process of its own.

    Returns:
        Whether nothing was found.
    """
    FINDINGS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as learned:
        options = [
            f"-max_total_time={seconds}", f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={MEMORY_MIB}",
            f"-max_len={INPUT_BYTES}", f"-dict={HERE / 'words' / name}.dict", "-print_final_stats=1", "-verbosity=0",
            f"-artifact_prefix={FINDINGS}/{name}-",
        ]  # fmt: skip
        command = [sys.executable, "-W", "ignore", "-m", "tests.fuzz", "--one", name, *options]
        ended = subprocess.run([*command, learned, str(HERE / "corpus" / name)], check=False, cwd=HERE.parent.parent)
    print(f"{name}: {'nothing found' if ended.returncode == 0 else 'a property is broken, see above'}", flush=True)
    return ended.returncode == 0


def main() -> int:
    """Fuzz what is named, or everything; return 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", choices=["compiler", "event", "worker", []], help="all unless named")
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("FUZZ_SECONDS", "60")))
    arguments = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("the fuzzer runs on Python 3.11 on Linux x86-64: make PYTHON=python3.11 ...", file=sys.stderr)
        return 2
    names = arguments.names or ["compiler", "event", "worker"]
    sound = [run(name, arguments.seconds) for name in names]
    return 0 if all(sound) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        fuzz(sys.argv[2])
    sys.exit(main())
