"""How a refusal names a field: ``event.user.app_metadata.cart[2].qty``.

Runs in: server / developer's machine.
"""

import json
from collections.abc import Iterable
from typing import Final

_KEY_CHARS: Final = 80
_PATH_CHARS: Final = 240


def render_path(root: str, parts: Iterable[str | int]) -> str:
    """Write the way from a document's root to one of its fields.

    A key that is no plain name is quoted as JSON text, so that control characters and lone surrogates come
    out as escapes. A key is cut to 80 characters and a path to 240, in the middle: a sender of hostile keys
    does not choose the size of the refusal.

    Args:
        root: What the document is called, e.g. ``event``.
        parts: Keys of objects and indexes of lists, outermost first.

    Returns:
        The path, at least the root's name.
    """
    path = root + "".join(map(_render_part, parts))
    if len(path) <= _PATH_CHARS:
        return path
    half = _PATH_CHARS // 2
    return f"{path[:half]}…{path[-half:]}"


def _render_part(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    if len(part) > _KEY_CHARS:
        return f"[{json.dumps(part[:_KEY_CHARS])}…]"
    return f".{part}" if part.isascii() and part.isidentifier() else f"[{json.dumps(part)}]"
