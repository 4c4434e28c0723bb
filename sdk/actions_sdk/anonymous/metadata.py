"""A session's metadata: JSON under limits.

Runs in: auth server.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn, cast

from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.events import parse_json
from actions_sdk.anonymous.records import SessionSettings

TOO_LARGE: Final = "JSON_TOO_LARGE"
"""Reason of the refusal of metadata that has too many bytes."""

REFUSED: Final = "INVALID_METADATA"
"""Reason of the refusal of metadata that is no JSON, or of the wrong shape."""

_ROOT: Final = "metadata"
_SCALARS: Final = (str, int, float, bool, type(None))


def encode_metadata(metadata: Mapping[str, Any], settings: SessionSettings) -> str:
    """Write metadata as the JSON text that a store keeps.

    Args:
        metadata: An object of what JSON can carry: text, whole numbers of up to 4 000 digits, finite fractions,
            booleans, None, lists, tuples and mappings with text as keys.
        settings: The limits.

    Returns:
        JSON text without spaces; whole numbers are exact.

    Raises:
        InvalidArgument: It is over a limit or no JSON; names the path of the first fault. The reason is
            ``JSON_TOO_LARGE`` for too many bytes.
    """
    if not isinstance(metadata, Mapping):
        _refuse(_ROOT, "must be an object")
    copied = _Copy(settings).take(metadata, _ROOT, 1)
    try:
        text = json.dumps(copied, ensure_ascii=False, separators=(",", ":"))
    except ValueError:
        _refuse(_ROOT, "holds a whole number of more than 4000 digits")
    parse_json(text, max_bytes=settings.metadata_bytes, max_depth=settings.metadata_depth, root=_ROOT)
    return text


def decode_metadata(text: str) -> dict[str, Any]:
    """Read the JSON text of a store back; a new object at every call."""
    return cast("dict[str, Any]", json.loads(text))


class _Copy:
    """Copies a value into plain dicts and lists, and counts what it meets."""

    def __init__(self, settings: SessionSettings) -> None:
        self._depth = settings.metadata_depth
        self._keys = settings.metadata_keys
        self._left = settings.metadata_keys

    def take(self, value: Any, path: str, level: int) -> Any:
        if type(value) in _SCALARS:
            return value
        if level > self._depth:
            _refuse(path, f"is nested too deep: at most {self._depth} levels are allowed")
        if isinstance(value, Mapping):
            return {
                self._take_key(key, path): self.take(item, f"{path}.{key}", level + 1) for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.take(item, f"{path}[{index}]", level + 1) for index, item in enumerate(value)]
        return _refuse(path, "is no JSON: expected text, a number, true, false, null, a list or an object")

    def _take_key(self, key: object, path: str) -> str:
        if type(key) is not str:
            _refuse(path, "has a key that is not text")
        self._left -= 1
        if self._left < 0:
            _refuse(path, f"brings the metadata over its {self._keys} keys")
        return key


def _refuse(path: str, description: str) -> NoReturn:
    raise InvalidArgument(f"{path} {description}", (Violation(path, description),), reason=REFUSED)
