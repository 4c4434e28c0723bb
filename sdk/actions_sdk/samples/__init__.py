"""Actions as an author writes them: session transfer in the documented form and in a hardened one.

Runs in: worker (the samples), developer's machine (this list).

Each sample is plain source text for :mod:`actions_sandbox`; it is read, never imported.
"""

from importlib.resources import files
from typing import Final

NAMES: Final = (
    "registration_copy",
    "link_session",
    "merge_cart",
    "many_sessions",
    "merge_cart_once",
    "registration_copy_hardened",
    "link_session_hardened",
    "merge_cart_hardened",
    "many_sessions_hardened",
)
"""File names of the samples, without ``.py``."""


def read_source(name: str) -> str:
    """Return one sample's Python source.

    Args:
        name: One of :data:`NAMES`.

    Raises:
        KeyError: There is no sample of that name.
    """
    if name not in NAMES:
        raise KeyError(f"no sample is called {name!r}; there are: {', '.join(NAMES)}")
    return files(__name__).joinpath(f"{name}.py").read_text(encoding="utf-8")
