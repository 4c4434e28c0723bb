"""``actions push``: sources become drafts.

Runs in: developer's machine.
"""

import ast
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from actions_sandbox.contract import HANDLERS, Trigger
from actions_sdk.cli.problems import Problem, explain
from actions_sdk.cli.session import Answer
from actions_sdk.client import ActionsClient
from actions_sdk.messages import decode_trigger
from actions_sdk.refusals import ActionsClientError, ServerUnreachableError

_ACTION_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")


class Change(StrEnum):
    """What a push did to an action."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Pushed:
    """An action after a push.

    Attributes:
        action: The action's id.
        trigger: The action's trigger.
        change: What the push did.
        deployed_version: Number of the version that runs; 0 when none was deployed.
        draft_changed: Whether the draft differs from the version that runs.
    """

    action: str
    trigger: Trigger
    change: Change
    deployed_version: int
    draft_changed: bool


def name_action(file: str) -> str:
    """Return the action's id for a file or for an id written like one: ``merge_cart.py`` is ``merge-cart``.

    Raises:
        Problem: The name cannot be an id.
    """
    action = Path(file).name.removesuffix(".py").replace("_", "-")
    if not _ACTION_ID.fullmatch(action):
        raise Problem(
            "INVALID_ARGUMENT",
            f"{action!r} cannot be the id of an action.",
            advice="Use a name of up to 63 lower-case letters, digits and - or _ that begins with a letter.",
            subject=file,
        )
    return action


def find_triggers(source: str) -> list[Trigger]:
    """Return the triggers whose handlers a source defines at its top level.

    The text alone is searched when it is not Python, so that the server gets to say what is wrong with it.
    """
    try:
        names = set(_list_names(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        names = set(re.findall(r"^(?:async\s+)?def\s+(\w+)", source, re.MULTILINE))
    return [trigger for trigger, handlers in HANDLERS.items() if names.intersection(handlers)]


def _list_names(module: ast.Module) -> Iterator[str]:
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement.name
        elif isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))


def choose_trigger(source: str) -> Trigger | None:
    """Return the one trigger that a source has a handler for; None when it has none.

    Raises:
        Problem: There are handlers of several triggers.
    """
    triggers = find_triggers(source)
    if len(triggers) > 1:
        raise Problem(
            "INVALID_ARGUMENT",
            f"The source has handlers for {' and '.join(triggers)}; an action has one trigger.",
            advice="Split the file, or name the trigger that is meant with --trigger.",
        )
    return triggers[0] if triggers else None


def push_source(
    client: ActionsClient,
    action: str,
    source: str,
    *,
    trigger: Trigger | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Pushed:
    """Make a source the draft of an action, which is created when there is none.

    Args:
        client: The client.
        action: The action's id.
        source: The Python source.
        trigger: The trigger; found from the source's handler when omitted.
        secrets: Secrets to set in the draft; others stay.

    Raises:
        ActionsClientError: The server refused.
        Problem: No trigger is known, or the action exists with another one.
    """
    wanted = trigger or choose_trigger(source)
    try:
        current = client.get_action(action)
    except ActionsClientError as error:
        if error.code != "NOT_FOUND":
            raise
        created = client.create_action(action, wanted or _miss_handler(), source, secrets)
        return Pushed(action, decode_trigger(created.trigger), Change.CREATED, 0, True)
    present = decode_trigger(current.trigger)
    if wanted not in (None, present):
        raise Problem(
            "FAILED_PRECONDITION",
            f"The action {action} has the trigger {present}, which is fixed at its creation, "
            f"and this is a source for {wanted}.",
            advice="Push it under another file name.",
        )
    if current.source == source and not secrets:
        return Pushed(action, present, Change.UNCHANGED, current.deployed_version, current.draft_changed)
    current = client.update_action(action, source=source, secrets=secrets, etag=current.etag)
    return Pushed(action, present, Change.UPDATED, current.deployed_version, current.draft_changed)


def _miss_handler() -> Trigger:
    names = ", ".join(f"`{name}`" for handlers in HANDLERS.values() for name in handlers)
    raise Problem(
        "INVALID_ARGUMENT",
        "The source has no handler at its top level, so its trigger is not known.",
        reason="HANDLER_NOT_FOUND",
        advice=f"Define one of {names} as a function of `event` and `api`.",
    )


def list_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files to push: files as named, and of a directory its ``*.py`` in order of name.

    Tests, and files whose name begins with ``_`` or ``.``, are not taken out of a directory.

    Raises:
        Problem: A directory holds no source.
    """
    files: list[Path] = []
    for path in paths:
        found = [path]
        if path.is_dir():
            found = [file for file in sorted(path.glob("*.py")) if _is_action(file.name)]
        if not found:
            raise Problem("NOT_FOUND", "There is no source in this directory.", subject=str(path))
        files += found
    return files


def _is_action(name: str) -> bool:
    return not name.startswith(("_", ".", "test_")) and name != "conftest.py"


def read_text(file: Path) -> str:
    """Return a source file's text.

    Raises:
        Problem: The file cannot be read or is not UTF-8.
    """
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Problem("NOT_FOUND", f"The file cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise Problem(
            "INVALID_ARGUMENT",
            f"The file is not UTF-8: byte {error.start} cannot be read.",
            advice="Save the file as UTF-8.",
        ) from None


def read_secrets(options: Sequence[str]) -> dict[str, str]:
    """Read ``NAME=VALUE``, or ``NAME`` whose value the environment holds.

    Raises:
        typer.BadParameter: The environment holds no such name.
    """
    secrets = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals and name not in os.environ:
            raise typer.BadParameter(f"the environment holds no {name}.", param_hint="--secret")
        secrets[name] = value if equals else os.environ[name]
    return secrets


def push_file(
    client: ActionsClient, file: Path, *, trigger: Trigger | None, secrets: Mapping[str, str]
) -> Pushed | Problem:
    """Push one file; a refusal is returned as a problem that names the file.

    Raises:
        ServerUnreachableError: There is no use in going on.
    """
    try:
        return push_source(client, name_action(file.name), read_text(file), trigger=trigger, secrets=secrets)
    except ServerUnreachableError:
        raise
    except ActionsClientError as error:
        return explain(error, subject=str(file))
    except Problem as problem:
        problem.subject = str(file)
        return problem


def push(
    client: ActionsClient,
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE|DIR…", exists=True, help="merge_cart.py becomes merge-cart.")
    ],
    trigger: Annotated[
        Trigger | None, typer.Option(help="The trigger; found from the handler's name when not given.")
    ] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[=VALUE]",
            help="A secret of the action, for one file at a time. NAME alone takes the value from the "
            "environment and keeps it out of the shell's history.",
        ),
    ] = None,
) -> Answer:
    """Make sources the drafts of actions. Nothing that runs changes before `actions deploy`."""
    files = list_files(paths)
    if secret and len(files) > 1:
        raise typer.BadParameter("secrets belong to one action: push its file alone.", param_hint="--secret")
    secrets = read_secrets(secret or ())
    results = [push_file(client, file, trigger=trigger, secrets=secrets) for file in files]
    pushed = [result for result in results if isinstance(result, Pushed)]
    return Answer(
        {"actions": [asdict(result) for result in pushed]},
        lambda console: _show(console, pushed),
        tuple(result for result in results if isinstance(result, Problem)),
    )


def _show(console: Console, pushed: Sequence[Pushed]) -> None:
    width = max((len(result.action) for result in pushed), default=0)
    for result in pushed:
        line = Text(f"{result.action:{width}}  ", style="bold")
        line.append(f"{result.change:9}  {result.trigger:21}  ", style="")
        running = f"version {result.deployed_version} runs" if result.deployed_version else "not deployed yet"
        if result.draft_changed:
            running += f"; `actions deploy {result.action}` makes the draft run"
        console.print(line.append(running, style=""))
