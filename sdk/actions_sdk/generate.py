"""Writes what follows from the models of the events: types for editors, the profiles' JSON files, the triggers' pages.

Runs in: developer's machine.

``python -m actions_sdk.generate`` writes the files; with ``--check`` it only compares them.
"""

import argparse
import json
import sys
import textwrap
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Union, get_args, get_origin

from typing_extensions import get_original_bases, is_typeddict

from actions_runtime.events import facts, post_login, pre_user_registration, risk
from actions_sdk.events.members import ROOTS, Member, find_shape, is_filled_in, list_members
from actions_sdk.events.profiles import FILE_SEED, PROFILES
from actions_sdk.reference import PAGES, render_page

COMMAND: Final = "python -m actions_sdk.generate"
"""What writes the files anew."""

FOLDER: Final = Path(__file__).parent.parent
"""The folder of the package and its pages."""

_WIDTH: Final = 120
_TEMPLATE_EVENTS: Final = ("new_guest", "returning_guest_with_cart")
_MODELS: Final = (facts, risk, post_login, pre_user_registration)


def render_files() -> dict[str, str]:
    """Return every generated file's text by its path below the folder of the package and its pages."""
    pages = {file: render_page(trigger) for trigger, file in PAGES.items()}
    return pages | {f"actions_sdk/{path}": text for path, text in _render_package().items()}


def _render_package() -> dict[str, str]:
    modules = {f"types/{model.__name__.rpartition('.')[2]}.py": _render_module(model) for model in _MODELS}
    events = {
        name: json.dumps(profile.build(FILE_SEED), indent=2, ensure_ascii=False) + "\n"
        for name, profile in PROFILES.items()
    }
    shipped = {f"events/profiles_json/{name}.json": text for name, text in events.items()}
    return modules | shipped | {f"template/events/{name}.json": events[name] for name in _TEMPLATE_EVENTS}


def find_drift(folder: Path = FOLDER) -> list[str]:
    """List the generated files that differ from the models.

    Args:
        folder: That of the package and its pages.

    Returns:
        Paths below the folder, sorted; a missing file differs.
    """
    return sorted(path for path, text in render_files().items() if _read(folder / path) != text)


def write_files(folder: Path = FOLDER) -> None:
    """Write every generated file."""
    for path, text in render_files().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or with ``--check`` say which of them are out of date.

    Args:
        arguments: Command line without the program's name; the process's own when omitted.

    Returns:
        The exit status: 1 when ``--check`` finds a difference.
    """
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 on a difference")
    if not parser.parse_args(arguments).check:
        write_files()
        return 0
    drift = find_drift()
    for path in drift:
        sys.stderr.write(f"sdk/{path} differs from the models of the events; run: {COMMAND}\n")
    return 1 if drift else 0


def _render_module(model: types.ModuleType) -> str:
    shapes = [one for one in vars(model).values() if is_typeddict(one) and one.__module__ == model.__name__]
    bodies = "".join(f"\n\n{_render_shape(shape)}" for shape in shapes)
    summary = (model.__doc__ or "").splitlines()[0]
    return (
        f'"""{summary}\n\nRuns in: developer\'s machine.\n\n'
        f"Generated from ``{model.__name__}``; do not edit, run ``{COMMAND}``.\n"
        '"""\n\n# ruff: noqa: N802 - names of the wire\n\n' + "\n".join(_render_imports(model, bodies)) + f"\n{bodies}"
    )


def _render_imports(model: types.ModuleType, bodies: str) -> Iterator[str]:
    names = [name for name in ("Any", "Protocol") if name in bodies]
    yield f"from typing import {', '.join(names)}\n"
    offered = {_name_module(other): _list_shapes(other) for other in _MODELS if other is not model}
    offered["actions_sdk.types.records"] = ["Record", "Secrets"]
    for module, shapes in sorted(offered.items()):
        used = sorted(name for name in shapes if _uses(bodies, name))
        if used:
            yield from _render_import(module, used)


def _name_module(model: types.ModuleType) -> str:
    return f"actions_sdk.types.{model.__name__.rpartition('.')[2]}"


def _list_shapes(model: types.ModuleType) -> list[str]:
    return [one.__name__ for one in vars(model).values() if is_typeddict(one) and one.__module__ == model.__name__]


def _render_import(module: str, names: Sequence[str]) -> Iterator[str]:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= _WIDTH:
        yield line
    else:
        yield f"from {module} import ("
        yield from (f"    {name}," for name in names)
        yield ")"


def _uses(text: str, name: str) -> bool:
    return any(f"{before}{name}{after}" in text for before in ("(", "> ", "[") for after in (",", ":", "]", " |"))


def _render_shape(shape: Any) -> str:
    bases = [base for base in get_original_bases(shape) if is_typeddict(base)]
    inherited = {name for base in bases for name in list_members(base)}
    names = ", ".join([base.__name__ for base in bases] or ["Record"])
    lines = [f"class {shape.__name__}({names}, Protocol):", *_render_text(shape.__doc__ or "", 4)]
    for member in list_members(shape).values():
        if member.name not in inherited or is_filled_in(shape, member):
            lines += ["", *_render_member(shape, member)]
    if shape in ROOTS.values():
        secrets = Member("secrets", None, True, "The action's own secrets.", 0)
        lines += ["", *_render_property(secrets, "Secrets")]
    return "\n".join(lines) + "\n"


def _render_member(shape: Any, member: Member) -> list[str]:
    found = find_shape(member.hint)
    always = member.required or is_filled_in(shape, member)
    kind = _render_kind(member.hint, quoted=found is not None and found[0] is shape)
    return _render_property(member, kind.removesuffix(" | None") if always else kind)


def _render_property(member: Member, kind: str) -> list[str]:
    return [
        "    @property",
        f"    def {member.name}(self) -> {kind}:",
        *_render_text(member.description.removeprefix("Required. "), 8),
    ]


def _render_kind(hint: Any, *, quoted: bool = False) -> str:
    """Write a field's type as the action sees it, None last."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _render_kind(parts[0], quoted=quoted)
    if origin in (Union, types.UnionType):
        kinds = [_render_kind(part, quoted=False) for part in parts if part is not type(None)]
        text = " | ".join([*kinds, *(["None"] if type(None) in parts else [])])
        return f'"{text}"' if quoted else text
    if origin is list:
        return f"list[{_render_kind(parts[0])}]"
    if origin is dict:
        return "dict[str, Any]"
    return "Any" if hint is Any else str(hint.__name__)


def _render_text(text: str, indent: int) -> list[str]:
    """Write a docstring; its first paragraph is the summary."""
    paragraphs = [" ".join(part.split()) for part in textwrap.dedent(text).strip().split("\n\n")]
    pad = " " * indent
    single = f'{pad}"""{paragraphs[0]}"""'
    if len(paragraphs) == 1 and len(single) <= _WIDTH:
        return [single]
    summary, _, rest = paragraphs[0].partition(": " if len(single) > _WIDTH else "\0")
    blocks = [paragraphs[0], *paragraphs[1:]] if not rest else [f"{summary}.", _capitalize(rest), *paragraphs[1:]]
    wrapped = ["\n".join(textwrap.wrap(block, _WIDTH - indent - 3)) for block in blocks]
    body = textwrap.indent('"""' + "\n\n".join(wrapped), pad, lambda line: bool(line.strip())).splitlines()
    return [*body, f'{pad}"""']


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
