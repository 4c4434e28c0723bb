"""``make bench-peers``: installs what the benchmark compares with, apart from the project's own environment."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PEERS = Path(__file__).parent
ROOT = PEERS.parent.parent.parent
PROTO = ROOT / "proto"
ENVIRONMENT = ROOT / ".venv-peers"
PYTHON = ENVIRONMENT / "bin" / "python"
NODE_FOLDER = PEERS / "node"
REQUIREMENTS = PEERS / "requirements.lock"
LOCK = NODE_FOLDER / "package-lock.json"
_NODE_MARK = NODE_FOLDER / "node_modules" / ".installed"
_PYTHON_MARK = ENVIRONMENT / "installed"
_HEADERS = ("/usr", "/usr/local")


def is_python_ready() -> bool:
    """Tell whether the Python peers are installed as the lock says."""
    return _is_marked(_PYTHON_MARK, REQUIREMENTS)


def is_node_ready() -> bool:
    """Tell whether the Node peers are installed as the lock says."""
    return _is_marked(_NODE_MARK, LOCK)


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _is_marked(mark: Path, lock: Path) -> bool:
    return mark.exists() and mark.read_text() == _digest(lock)


def install_python() -> str:
    """Install the Python peers; returns why not, or an empty string."""
    if is_python_ready():
        return ""
    venv.create(ENVIRONMENT, with_pip=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*command, "-r", str(REQUIREMENTS)], check=False).returncode:
        return "pip could not install the Python peers (above)"
    _PYTHON_MARK.write_text(_digest(REQUIREMENTS))
    return ""


def install_node() -> str:
    """Install the Node peers, isolated-vm from source; returns why not, or an empty string."""
    if is_node_ready():
        return ""
    npm = shutil.which("npm")
    if not npm:
        return "npm is not on this machine (Debian package npm)"
    # A prebuilt binary would come from elsewhere than the registry: the build takes Node's own headers, where they are.
    headers = next((one for one in _HEADERS if (Path(one) / "include" / "node" / "node.h").exists()), None)
    environment = os.environ | {"npm_config_build_from_source": "true"}
    if headers:
        environment["npm_config_nodedir"] = headers
    command = [npm, "ci", "--no-fund", "--no-audit"]
    if subprocess.run(command, cwd=NODE_FOLDER, env=environment, check=False).returncode:
        return "npm could not install isolated-vm (above): it is built with g++, make, python3 and Node's headers"
    _NODE_MARK.write_text(_digest(LOCK))
    return ""


def main() -> int:
    """Install everything that can be; what cannot is named, and its targets are skipped."""
    failed = [why for why in (install_python(), install_node()) if why]
    for why in failed:
        sys.stderr.write(f"bench-peers: {why}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
