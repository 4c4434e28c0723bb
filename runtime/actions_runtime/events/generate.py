"""Writes what others know of the events: two JSON Schemas, and the sandbox's table of shapes.

Runs in: developer's machine.

``python -m actions_runtime.events.generate`` writes the files; with ``--check`` it only compares them with
the models.
"""

import argparse
import json
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Required, Union, get_args, get_origin, get_type_hints

from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import is_typeddict

from actions_runtime.events.acceptance import EVENTS, MAX_EVENT_BYTES
from actions_runtime.events.json_edge import MAX_DEPTH
from actions_runtime.events.post_login import PostLoginEvent
from actions_runtime.events.pre_user_registration import PreUserRegistrationEvent
from actions_sandbox.contract import Trigger

COMMAND: Final = "python -m actions_runtime.events.generate"
"""What writes the files anew."""

ROOT: Final = Path(__file__).resolve().parents[3]
"""The checkout."""

SHAPES_PATH: Final = "runtime/actions_sandbox/shapes.py"
"""Where the sandbox's table lies in the checkout."""

_MODELS: Final[Mapping[Trigger, Any]] = {
    Trigger.POST_LOGIN: PostLoginEvent,
    Trigger.PRE_USER_REGISTRATION: PreUserRegistrationEvent,
}
_SECRETS: Final = {
    "description": "Refused: an action's secrets are stored by the runtime and reach that action alone.",
    "not": {},
}
_SHAPES_HEAD: Final = f'''"""Which fields of an event are documented objects.

Runs in: zygote / worker.

Generated from the models in ``actions_runtime.events``; do not edit, run
``{COMMAND}``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

'''


class _Schema(GenerateJsonSchema):
    """Leaves out titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base's signature
        return False


def render_schema(trigger: Trigger) -> str:
    """Write the JSON Schema (2020-12) of a trigger's event.

    Args:
        trigger: Whose event.

    Returns:
        The schema as JSON text, keys sorted, with a newline at the end.
    """
    schema = EVENTS[trigger].json_schema(schema_generator=_Schema)
    schema["$schema"] = _Schema.schema_dialect
    schema["$id"] = f"urn:actions:v1:{trigger.value}-event"
    schema["$comment"] = (
        f"Generated; do not edit, run `{COMMAND}`. Beyond this schema an event has at most {MAX_EVENT_BYTES}"
        f" bytes and {MAX_DEPTH} levels, each key once in an object, no NUL and no lone surrogate in a text."
    )
    schema["properties"]["secrets"] = _SECRETS
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def render_shapes() -> str:
    """Write the sandbox's table of shapes as a Python module.

    Returns:
        The module's source: ``SHAPES``, shape by shape in alphabetical order, and ``ROOTS``.
    """
    shapes = dict(sorted(_collect_shapes().items()))
    return _SHAPES_HEAD + "".join(_render_tables(shapes))


def render_files() -> dict[str, str]:
    """Return every generated file's text by its path in the checkout."""
    schemas = {
        f"proto/actions/v1/{trigger.value.replace('-', '_')}_event.schema.json": render_schema(trigger)
        for trigger in _MODELS
    }
    return {**schemas, SHAPES_PATH: render_shapes()}


def find_drift(root: Path = ROOT) -> list[str]:
    """List the generated files that differ from the models.

    Args:
        root: The checkout.

    Returns:
        Paths in the checkout, sorted; a missing file differs.
    """
    return sorted(path for path, text in render_files().items() if _read(root / path) != text)


def write_files(root: Path = ROOT) -> None:
    """Write every generated file into a checkout."""
    for path, text in render_files().items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write the files, or with ``--check`` say which of them are out of date.

    Args:
        arguments: Command line without the program's name; the process's own when omitted.
        root: The checkout.

    Returns:
        The exit status: 1 when ``--check`` finds a difference.
    """
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 on a difference")
    if not parser.parse_args(arguments).check:
        write_files(root)
        return 0
    drift = find_drift(root)
    for path in drift:
        sys.stderr.write(f"{path} differs from the models in actions_runtime.events; run: {COMMAND}\n")
    return 1 if drift else 0


def _collect_shapes() -> dict[str, dict[str, str | None]]:
    shapes: dict[str, dict[str, str | None]] = {}
    waiting = list(_MODELS.values())
    while waiting:
        shape = waiting.pop()
        if shape.__name__ in shapes:
            continue
        hints = get_type_hints(shape, include_extras=True)
        waiting += [found for hint in hints.values() for found, _ in _find_shapes(hint)]
        shapes[shape.__name__] = {name: _name_shape(hint) for name, hint in sorted(hints.items())}
    for model in _MODELS.values():
        shapes[model.__name__]["secrets"] = None
    return shapes


def _name_shape(hint: Any) -> str | None:
    for shape, listed in _find_shapes(hint):
        return f"[{shape.__name__}]" if listed else str(shape.__name__)
    return None


def _find_shapes(hint: Any, listed: bool = False) -> Iterator[tuple[Any, bool]]:
    """Yield the shapes that a field's type names, each with whether it is the item of a list."""
    if is_typeddict(hint):
        yield hint, listed
    origin = get_origin(hint)
    if origin in (Annotated, Required):
        yield from _find_shapes(get_args(hint)[0], listed)
    elif origin in (Union, types.UnionType):
        for member in get_args(hint):
            yield from _find_shapes(member, listed)
    elif origin is list:
        yield from _find_shapes(get_args(hint)[0], True)


def _render_tables(shapes: Mapping[str, Mapping[str, str | None]]) -> Iterator[str]:
    yield "SHAPES: Final[Mapping[str, Mapping[str, str | None]]] = MappingProxyType(\n    {\n"
    for name, fields in shapes.items():
        yield f'        "{name}": MappingProxyType(\n            {{\n'
        for field, shape in sorted(fields.items()):
            yield f'                "{field}": {json.dumps(shape) if shape else None},\n'
        yield "            }\n        ),\n"
    yield "    }\n)\n"
    yield '"""Shape -> its fields, each with the name of its own shape (in brackets: a list of such objects),'
    yield '\nor ``None`` for a plain value or free-form data."""\n\n'
    yield "ROOTS: Final[Mapping[str, str]] = MappingProxyType(\n    {\n"
    for trigger, model in _MODELS.items():
        yield f'        "{trigger.value}": "{model.__name__}",\n'
    yield '    }\n)\n"""Trigger -> name of the shape of its event."""\n'


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
