"""Regenerates what is generated and committed, or tells what has drifted.

Runs in: developer's machine. ``make proto`` writes, ``make check`` compares.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROTO = ROOT / "proto"
SERVICES = ("execution", "management")


def generate_messages(target: Path) -> None:
    """Write the messages, stubs and their type information for every ``.proto`` file below ``target``."""
    protos = sorted(str(path) for path in (PROTO / "actions" / "v1").glob("*.proto"))
    services = [path for path in protos if Path(path).stem in SERVICES]
    binaries = Path(sys.executable).parent
    plugins = [f"--plugin={name}={binaries / name}" for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")]
    compiler = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO}", *plugins]
    messages = [f"--python_out={target}", f"--mypy_out=quiet:{target}"]
    stubs = [f"--grpc_python_out={target}", f"--mypy_grpc_out=quiet:{target}"]
    subprocess.run([*compiler, *messages, *protos], check=True)
    subprocess.run([*compiler, *stubs, *services], check=True)


def find_drift() -> list[str]:
    """Name the committed files that differ from what is generated now."""
    with tempfile.TemporaryDirectory() as scratch:
        generate_messages(Path(scratch))
        fresh = {str(path.relative_to(scratch)): path.read_text() for path in Path(scratch).rglob("*_pb2*")}
    kept = {
        str(path.relative_to(PROTO)): path.read_text()
        for path in PROTO.rglob("*_pb2*")
        if "__pycache__" not in path.parts
    }
    return sorted(name for name in fresh.keys() | kept.keys() if fresh.get(name) != kept.get(name))


def main() -> int:
    """Write everything, or with ``--check`` return 1 when something has drifted."""
    models = [[sys.executable, "-m", module] for module in ("actions_runtime.events.generate", "actions_sdk.generate")]
    if "--check" not in sys.argv:
        generate_messages(PROTO)
        return max(subprocess.run(command, check=False).returncode for command in models)
    drift = find_drift()
    for name in drift:
        print(f"proto/{name} differs from what is generated; run `make proto`", file=sys.stderr)
    drifted = [subprocess.run([*command, "--check"], check=False).returncode for command in models]
    return max(drifted) or int(bool(drift))


if __name__ == "__main__":
    sys.exit(main())
