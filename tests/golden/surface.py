"""What scripts may reach and change, type by type.

``python -m tests.golden.surface`` writes the list.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from actions_sandbox.policy import namespace, surface
from actions_sandbox.policy.guards import DENIED_ATTRIBUTES
from actions_sandbox.policy.tenant import EXCEPTION_BASES

SURFACE: Final = Path(__file__).parent / "surface.json"
"""The surface agreed on; the same for every Python."""


def _name(kind: type) -> str:
    """Name a type; what Python 3.13 renamed keeps its old name."""
    return f"{kind.__module__}.{kind.__qualname__}".replace("re.PatternError", "re.error")


def _is_listed(kind: type) -> bool:
    """Leave out facades of other packages, which say themselves what they give."""
    return not issubclass(kind, surface.Facade) or kind.__module__.startswith("actions_sandbox.policy")


def _list(table: Mapping[type, frozenset[str]]) -> dict[str, str]:
    return {_name(kind): " ".join(sorted(names)) for kind, names in table.items() if _is_listed(kind)}


def list_surface() -> dict[str, Any]:
    """List the tables as they are filled when a namespace is made."""
    assert namespace
    return {
        "instances": dict(sorted(_list(surface.ATTRIBUTES).items())),
        "classes": dict(sorted(_list(surface.TYPE_ATTRIBUTES).items())),
        "computed": sorted(f"{_name(kind)}.{name}" for kind, name in surface.COMPUTED),
        "writable": sorted(map(_name, surface.WRITABLE)),
        "hints": sorted(map(_name, surface.HINTS)),
        "bases": sorted(map(_name, EXCEPTION_BASES)),
        "denied": sorted(DENIED_ATTRIBUTES),
    }


if __name__ == "__main__":
    SURFACE.write_text(json.dumps(list_surface(), indent=1) + "\n")
