"""One way of answering, which all commands share: for people or as one JSON document, and an exit code.

Runs in: developer's machine.
"""

import functools
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, get_type_hints

import typer
from rich.console import Console

from actions_sdk.cli.problems import FAILED, Problem, show_problem

AS_JSON: Final = Annotated[bool, typer.Option("--json", help="Print one JSON document, also on failure.")]
"""The option that every command has."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers with.

    Attributes:
        document: The answer as JSON.
        show: Prints the answer for people.
        problems: What went wrong with parts of it.
        failed: Whether the exit code says so although nothing was refused.
    """

    document: dict[str, Any]
    show: Callable[[Console], None]
    problems: tuple[Problem, ...] = field(default=())
    failed: bool = False

    @property
    def exit_code(self) -> int:
        """What the program exits with."""
        return max([FAILED if self.failed else 0, *(problem.exit_code for problem in self.problems)])


def local(command: Callable[..., Answer]) -> Callable[..., None]:
    """Print what a command answers that needs no server.

    Args:
        command: Takes its own parameters, annotated for typer. One that takes ``as_json`` itself is told how
            it is to print while it goes on.

    Returns:
        A function for typer that exits with the answer's code.
    """
    streams = "as_json" in inspect.signature(command).parameters

    @functools.wraps(command)
    def run(*_: Any, **arguments: Any) -> None:
        as_json = arguments["as_json"] if streams else arguments.pop("as_json")
        try:
            answer = command(**arguments)
        except Exception as error:
            problem = _read_problem(error)
            if problem is None:
                raise
            raise typer.Exit(refuse(problem, as_json)) from None
        give(answer, as_json)
        raise typer.Exit(answer.exit_code)

    if not streams:
        add_options(run, command, {"as_json": (AS_JSON, False)})
    return run


def _read_problem(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    from actions_sdk.cli.failures import explain_failure

    return explain_failure(error)


def add_options(
    run: Any, command: Callable[..., Answer], options: dict[str, tuple[Any, Any]], *, skip: int = 0
) -> None:
    """Give typer a command's own parameters and more options.

    Args:
        run: What typer calls.
        command: The command.
        options: Annotation and default by name.
        skip: Leading parameters of the command that typer does not fill.
    """
    own = list(inspect.signature(command).parameters.values())[skip:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(name, keyword, default=default, annotation=annotation)
        for name, (annotation, default) in options.items()
    ]
    hints = get_type_hints(command, include_extras=True)
    run.__signature__ = inspect.Signature([*(p.replace(kind=keyword) for p in own), *added])
    run.__annotations__ = {p.name: hints[p.name] for p in own} | {p.name: p.annotation for p in added}


def make_console(*, stderr: bool = False) -> Console:
    """Return a console that neither wraps lines nor guesses at what to highlight."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def give(answer: Answer, as_json: bool) -> None:
    """Print an answer: problems go to standard error, or into the one document."""
    if as_json:
        document = dict(answer.document)
        if answer.problems:
            document["errors"] = [problem.to_document() for problem in answer.problems]
        print_json(document)
        return
    answer.show(make_console())
    for problem in answer.problems:
        show_problem(make_console(stderr=True), problem)


def refuse(problem: Problem, as_json: bool) -> int:
    """Print a problem and return the exit code."""
    if as_json:
        print_json({"errors": [problem.to_document()]})
    else:
        show_problem(make_console(stderr=True), problem)
    return problem.exit_code


def print_json(document: dict[str, Any], *, indent: int | None = 2) -> None:
    """Print a JSON document; on one line without ``indent``."""
    print(json.dumps(document, ensure_ascii=True, indent=indent), flush=True)
