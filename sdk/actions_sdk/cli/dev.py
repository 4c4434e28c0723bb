"""``actions dev``: every save is checked and run at once.

Runs in: developer's machine.
"""

import contextlib
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text

from actions_sdk.cli.answers import Answer, make_console, print_json
from actions_sdk.cli.failures import explain_failure
from actions_sdk.cli.judging import judge_secrets, name_file
from actions_sdk.cli.problems import Place, Problem, show_place, show_problem
from actions_sdk.cli.project import FILE, FOLDER, Entry, Project, find_project
from actions_sdk.cli.run import describe_result, run_entries, show_result
from actions_sdk.cli.watching import choose_watch, list_changes, read_settled_times, read_times
from actions_sdk.harness import Harness, Mode

EVENTS: Final = "events"
"""Folder of a project's events."""


@dataclass
class Bench:
    """A project under work: what it holds now, and where its actions run.

    Args:
        root: The project's folder.
        harness: Runs the actions, warm.
    """

    root: Path
    harness: Harness
    project: Project = field(init=False)

    def __post_init__(self) -> None:
        self.project = find_project(self.root)

    @property
    def folders(self) -> list[Path]:
        """The folders in which a save matters; only those that exist."""
        entries = self.project.entries.values()
        wanted = [self.root, self.root / FOLDER, self.root / EVENTS]
        wanted += [entry.file.parent for entry in entries]
        wanted += [entry.event.parent for entry in entries if entry.event is not None]
        return [folder for folder in dict.fromkeys(path.resolve() for path in wanted) if folder.is_dir()]

    def reload(self, changed: set[Path]) -> list[Entry]:
        """Read again what changed and return the actions that it concerns.

        Raises:
            Problem: ``actions.toml`` is not valid.
        """
        before = self.project.entries
        self.project = find_project(self.root)
        entries = list(self.project.entries.values())
        if self.root / FILE in changed:
            return entries
        return [
            entry
            for entry in entries
            if before.get(entry.name) != entry or _concerns(entry, {path.resolve() for path in changed})
        ]

    def try_out(self, entry: Entry) -> tuple[dict[str, Any] | None, Problem | None, list[Place]]:
        """Run one action for its event.

        Returns:
            The result as :func:`describe_result` gives it, or the problem; and undeclared secrets.
        """
        try:
            result = describe_result(run_entries(self.harness, [entry], None))
            result["missing_secrets"] = [{"action": entry.name, "name": name} for name in entry.missing_secrets]
            undeclared = judge_secrets(entry, entry.load()) if self.project.configured else []
        except Problem as problem:
            return None, problem, []
        except Exception as error:
            explained = explain_failure(error)
            if explained is None:
                raise
            return None, explained, []
        return result, None, undeclared


def _concerns(entry: Entry, changed: set[Path]) -> bool:
    event = None if entry.event is None else entry.event.resolve()
    return entry.file.resolve() in changed or event in changed


class Screen:
    """Tells what happens: to people, or as one JSON document on each line."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._console = make_console()

    def tell(self, kind: str, text: str, **facts: Any) -> None:
        """Tell a fact."""
        if self._as_json:
            print_json({"kind": kind, "text": text, **facts}, indent=None)
        else:
            self._console.print(Text(text, style="dim"))

    def refuse(self, problem: Problem) -> None:
        """Tell a problem that concerns no single action."""
        if self._as_json:
            print_json({"kind": "refused", "errors": [problem.to_document()]}, indent=None)
        else:
            show_problem(self._console, problem)

    def show(self, bench: Bench, entry: Entry, started: float) -> None:
        """Run an action and tell what came of it.

        Args:
            bench: Runs it.
            entry: The action.
            started: When the save was seen, on the monotonic clock.
        """
        result, problem, undeclared = bench.try_out(entry)
        took_ms = round((time.monotonic() - started) * 1000)
        if self._as_json:
            errors = [problem.to_document()] if problem else []
            facts = {"action": entry.name, "took_ms": took_ms, "result": result, "errors": errors}
            secrets = [place.message for place in undeclared]
            print_json({"kind": "ran", **facts, "undeclared": secrets}, indent=None)
            return
        event = entry.event and name_file(entry.event)
        title = Text(entry.name, style="bold").append(f"  {event or 'made-up event'}", style="")
        self._console.print(title.append(f"  {took_ms} ms", style="dim"))
        if problem is not None:
            show_problem(self._console, problem)
        if result is not None:
            show_result(self._console, result)
        for place in undeclared:
            show_place(self._console, place)


def keep_running(bench: Bench, screen: Screen, stop: threading.Event, *, polling: bool = False) -> None:
    """Run every action, and then those concerned by each save, until stopped.

    Args:
        bench: The project.
        screen: Where it is told.
        stop: Ends it.
        polling: Whether to look at the files again and again in any case.
    """
    seen = read_times(bench.folders)
    started = time.monotonic()
    for entry in bench.project.entries.values():
        screen.show(bench, entry, started)
    while not stop.is_set():
        folders = bench.folders
        watch = choose_watch(folders, polling=polling)
        names = [name_file(folder) for folder in folders]
        screen.tell("watching", f"watching {', '.join(names)} ({watch.how}); Ctrl-C ends", folders=names, how=watch.how)
        for _ in watch.wait(folders, stop):
            now = read_settled_times(bench.folders, seen, stop)
            changed, seen = list_changes(seen, now), now
            if changed:
                _answer_save(bench, screen, changed)
            if bench.folders != folders:
                break


def _answer_save(bench: Bench, screen: Screen, changed: set[Path]) -> None:
    started = time.monotonic()
    names = sorted(name_file(path) + ("" if path.exists() else " (gone)") for path in changed)
    try:
        concerned = bench.reload(changed)
    except Problem as problem:
        screen.refuse(problem)
        return
    what = f"runs {', '.join(entry.name for entry in concerned)}" if concerned else "no action reads it"
    actions = [entry.name for entry in concerned]
    screen.tell("reloaded", f"{', '.join(names)} changed: {what}", files=names, actions=actions)
    for entry in concerned:
        screen.show(bench, entry, started)


def dev(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", exists=True, file_okay=False, help="The project's folder.")
    ] = None,
    playground: Annotated[
        bool, typer.Option("--playground/--no-playground", help="Serve the playground, a page on this machine.")
    ] = True,
    poll: Annotated[
        bool, typer.Option("--poll", help="Look at the files again and again, as network drives need.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on each line.")] = False,
) -> Answer:
    """Run the project's actions at every save, and serve the playground; Ctrl-C ends it."""
    project = find_project(folder)
    screen = Screen(as_json)
    stop = threading.Event()
    with Harness(Mode.WORKER) as harness, contextlib.ExitStack() as stack:
        bench = Bench(project.root, harness)
        if not bench.project.entries:
            raise Problem(
                "NOT_FOUND",
                f"There are no actions in {name_file(project.root)}, so there is nothing to watch.",
                advice="Go to a project, name its folder, or make one with `actions init my-actions`.",
            )
        if playground:
            _serve_playground(stack, screen, project.root)
        with contextlib.suppress(KeyboardInterrupt):
            keep_running(bench, screen, stop, polling=poll)
        stop.set()
    return Answer({"kind": "ended"}, _say_nothing)


def _serve_playground(stack: contextlib.ExitStack, screen: Screen, root: Path) -> None:
    try:
        from actions_sdk.playground import PlaygroundError, serve
    except ImportError as error:
        screen.tell("playground", f"no playground: it cannot be loaded ({error})", url=None)
        return
    try:
        server = serve(root)
    except PlaygroundError as error:
        screen.tell("playground", f"no playground: {error.message} {error.hint}".rstrip(), url=None)
        return
    stack.callback(server.stop)
    screen.tell("playground", f"playground: {server.url}", url=server.url)


def _say_nothing(console: Console) -> None:
    console.print()
