"""What all commands share: how the server is found, and one way of answering.

Runs in: developer's machine.
"""

import functools
import inspect
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Concatenate, Final, ParamSpec, get_type_hints

import typer
from rich.console import Console

from actions_sdk.cli.problems import FAILED, Problem, explain, show_problem
from actions_sdk.client import ActionsClient, Connection
from actions_sdk.refusals import ActionsClientError

DEFAULT_SERVER: Final = "127.0.0.1:50051"
"""Where ``actions-runtime serve`` listens when nothing else is said."""

_PANEL: Final = "Connection"
_OPTIONS: Final[Mapping[str, tuple[Any, Any]]] = {
    "server": (
        Annotated[
            str,
            typer.Option(envvar="ACTIONS_SERVER", metavar="HOST:PORT", help="The server.", rich_help_panel=_PANEL),
        ],
        DEFAULT_SERVER,
    ),
    "key_file": (
        Annotated[
            Path | None,
            typer.Option(
                help="File holding the API key; ACTIONS_API_KEY holds it otherwise. There is no option for "
                "the key itself: a shell would remember it and every process could read it.",
                exists=True,
                dir_okay=False,
                rich_help_panel=_PANEL,
            ),
        ],
        None,
    ),
    "ca_file": (
        Annotated[
            Path | None,
            typer.Option(
                envvar="ACTIONS_CA_FILE",
                help="PEM file of the authority that vouches for the server.",
                exists=True,
                dir_okay=False,
                rich_help_panel=_PANEL,
            ),
        ],
        None,
    ),
    "insecure_plaintext": (
        Annotated[
            bool,
            typer.Option(
                "--insecure-plaintext",
                help="Speak without TLS to another machine; whoever listens on the way reads the key.",
                rich_help_panel=_PANEL,
            ),
        ],
        False,
    ),
    "timeout": (
        Annotated[
            float,
            typer.Option(min=0.1, metavar="SECONDS", help="Time for each call.", rich_help_panel=_PANEL),
        ],
        10.0,
    ),
    "as_json": (
        Annotated[bool, typer.Option("--json", help="Print one JSON document, also on failure.")],
        False,
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers with.

    Attributes:
        document: The answer as JSON.
        show: Prints the answer for people.
        problems: What went wrong with parts of it.
        failed: Whether the exit code says so although no call was refused.
    """

    document: dict[str, Any]
    show: Callable[[Console], None]
    problems: tuple[Problem, ...] = field(default=())
    failed: bool = False

    @property
    def exit_code(self) -> int:
        """What the program exits with."""
        return max([FAILED if self.failed else 0, *(problem.exit_code for problem in self.problems)])


Arguments = ParamSpec("Arguments")


def connected(command: Callable[Concatenate[ActionsClient, Arguments], Answer]) -> Callable[..., None]:
    """Give a command the options of a connection, and print what it answers.

    Args:
        command: Takes a client and its own parameters, annotated for typer.

    Returns:
        A function for typer that exits with the answer's code.
    """

    @functools.wraps(command)
    def run(*_: Any, **arguments: Any) -> None:
        as_json = arguments.pop("as_json")
        connection = _connect(**{name: arguments.pop(name) for name in _OPTIONS if name != "as_json"})
        try:
            with ActionsClient(connection) as client:
                answer = command(client, **arguments)  # type: ignore[call-arg]
        except ActionsClientError as error:
            raise typer.Exit(_refuse(explain(error), as_json)) from None
        except Problem as problem:
            raise typer.Exit(_refuse(problem, as_json)) from None
        _give(answer, as_json)
        raise typer.Exit(answer.exit_code)

    _add_options(run, command)
    return run


def _add_options(run: Any, command: Callable[..., Answer]) -> None:
    own = list(inspect.signature(command).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(name, keyword, default=default, annotation=annotation)
        for name, (annotation, default) in _OPTIONS.items()
    ]
    hints = get_type_hints(command, include_extras=True)
    run.__signature__ = inspect.Signature([*(p.replace(kind=keyword) for p in own), *added])
    run.__annotations__ = {p.name: hints[p.name] for p in own} | {p.name: p.annotation for p in added}


def _connect(
    server: str, key_file: Path | None, ca_file: Path | None, insecure_plaintext: bool, timeout: float
) -> Connection:
    try:
        return Connection(
            server,
            api_key=_read_key(key_file),
            ca_file=ca_file,
            plaintext=True if insecure_plaintext else None,
            timeout_s=timeout,
        )
    except ValueError as error:
        raise typer.BadParameter(f"{error}.", param_hint="--server") from None


def _read_key(key_file: Path | None) -> str:
    if key_file is None:
        key, where = os.environ.get("ACTIONS_API_KEY", "").strip(), "ACTIONS_API_KEY"
    else:
        key, where = key_file.read_text(encoding="utf-8", errors="replace").strip(), str(key_file)
    if not key:
        raise typer.BadParameter(
            "there is no API key. Put it into ACTIONS_API_KEY or into a file named by --key-file; "
            "`actions-runtime serve` shows one at its first start.",
            param_hint=where,
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise typer.BadParameter("this is no API key: a key is one word of ASCII.", param_hint=where)
    return key


def _give(answer: Answer, as_json: bool) -> None:
    if as_json:
        document = dict(answer.document)
        if answer.problems:
            document["errors"] = [problem.to_document() for problem in answer.problems]
        _print_json(document)
        return
    answer.show(Console(highlight=False, soft_wrap=True))
    for problem in answer.problems:
        show_problem(Console(stderr=True, highlight=False, soft_wrap=True), problem)


def _refuse(problem: Problem, as_json: bool) -> int:
    if as_json:
        _print_json({"errors": [problem.to_document()]})
    else:
        show_problem(Console(stderr=True, highlight=False, soft_wrap=True), problem)
    return problem.exit_code


def _print_json(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=True, indent=2))
