"""The server and key that ``actions login`` keeps for this user.

Runs in: developer's machine.
"""

import json
import os
import stat
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import typer

from actions_sdk.cli.problems import Problem

FOLDER_VARIABLE: Final = "ACTIONS_CONFIG_DIR"
"""Environment variable that names another folder than the user's own for settings."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is kept.

    Attributes:
        server: ``host:port``.
        api_key: Text of the API key; empty when there is none.
        ca_file: PEM file of the authorities that may vouch for the server; empty for the system's.
        plaintext: Whether to speak without TLS although the server is on another machine.
    """

    server: str
    api_key: str = field(default="", repr=False)
    ca_file: str = ""
    plaintext: bool = False


def locate_credentials() -> Path:
    """Return where they are kept, whether or not there are any."""
    folder = os.environ.get(FOLDER_VARIABLE) or typer.get_app_dir("actions")
    return Path(folder) / "credentials.json"


def read_credentials() -> Credentials | None:
    """Return what is kept; None when nothing is.

    Raises:
        Problem: The file cannot be read, or other users may read it.
    """
    path = locate_credentials()
    try:
        mode = path.stat().st_mode
        kept = Credentials(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        raise Problem(
            "FAILED_PRECONDITION",
            "The stored login cannot be read.",
            advice="Run `actions login` again, or remove the file.",
            subject=str(path),
        ) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise Problem(
            "FAILED_PRECONDITION",
            "Other users of this machine may read the stored key.",
            advice=f"Run `chmod 600 {path}`; if others use this machine, revoke the key.",
            subject=str(path),
        )
    return kept


def write_credentials(credentials: Credentials) -> Path:
    """Keep credentials where only this user can read them, in one move.

    Raises:
        Problem: The file cannot be written.
    """
    path = locate_credentials()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A file made by mkstemp is its user's alone from the first byte on.
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".credentials-")
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump(asdict(credentials), file)
        Path(name).replace(path)
    except OSError as error:
        raise Problem(
            "FAILED_PRECONDITION",
            f"The login cannot be stored: {error.strerror}.",
            advice=f"Make the folder writable, or name another one with {FOLDER_VARIABLE}.",
            subject=str(path),
        ) from None
    return path
