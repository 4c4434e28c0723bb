"""Where the keys come from that seal tenants' secrets: the environment, a file, or one made on first start.

Runs in: server.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from actions_runtime.management.secrets import KEY_BYTES
from actions_runtime.server.failures import StartFailed
from actions_runtime.settings import Settings

DEFAULT_FILE: Final = "secret.keys"
"""Name of the file in the data directory that the server makes for itself."""


def load_secret_keys(settings: Settings) -> dict[str, bytes]:
    """Return the keys, the sealing one first.

    Args:
        settings: Say where they are. Without any word of it a file in the data directory is made and used,
            but only beside a database of this machine: servers that share a database must share their keys.

    Raises:
        StartFailed: They cannot be read, or are none.
    """
    if settings.secret_keys is not None:
        return _parse(settings.secret_keys.get_secret_value().split(","), "the setting secret_keys")
    if settings.secret_keys_file is not None:
        return _read(settings.secret_keys_file)
    if not settings.database_url.startswith("sqlite:"):
        raise StartFailed(
            "servers that share a database share the keys for secrets: set secret_keys or secret_keys_file"
        )
    if settings.in_memory:
        return {"memory": secrets.token_bytes(KEY_BYTES)}
    path = settings.data_dir / DEFAULT_FILE
    _make(path)
    return _read(path)


def _make(path: Path) -> None:
    """Make a key file for its owner alone, unless there is one."""
    line = f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise StartFailed(f"the key file {path} cannot be made: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> dict[str, bytes]:
    try:
        text = path.read_text(encoding="utf-8")
        open_to_others = path.stat().st_mode & 0o077
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise StartFailed(f"the key file {path} cannot be read: {reason}") from error
    if open_to_others:
        raise StartFailed(f"the key file {path} is open to other users: run `chmod 600 {path}`")
    return _parse(text.splitlines(), f"the key file {path}")


def _parse(lines: Iterable[str], origin: str) -> dict[str, bytes]:
    """Read ``id:base64`` entries; no part of a faulty one is repeated."""
    keys: dict[str, bytes] = {}
    for number, line in enumerate(lines, 1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        key_id, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not 0 < len(key_id) <= 64 or len(key) != KEY_BYTES or key_id in keys:
            raise StartFailed(
                f"{origin}: entry {number} is not `id:base64` with an id of its own and {KEY_BYTES} bytes"
            )
        keys[key_id] = key
    if not keys:
        raise StartFailed(f"{origin} holds no key")
    return keys
