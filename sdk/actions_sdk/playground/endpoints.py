"""What the page can ask for; one method for each call.

Runs in: developer's machine.

A body's members are read strictly: whatever is missing or of another type is named in the refusal.
"""

import threading
from collections.abc import Callable, Container, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from actions_runtime.errors import ActionsError
from actions_runtime.events import LoginFlow
from actions_sandbox.contract import Trigger
from actions_sdk.events import PROFILES, build_profile, profile_path
from actions_sdk.harness import Action, Harness, HarnessError, Mode, make_action
from actions_sdk.playground.problems import PlaygroundError, explain
from actions_sdk.playground.project import Project
from actions_sdk.playground.views import show_result, write_json
from actions_sdk.samples import NAMES, read_source

Body = Mapping[str, Any]
"""The members of a call's JSON."""


class Endpoints:
    """Answers the page's calls; may be used from several threads.

    Args:
        project: The files.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._harnesses = {mode: Harness(mode) for mode in Mode}
        self._in_process = threading.Lock()
        self._plain: dict[tuple[str, str], Callable[[Body], Any]] = {
            ("GET", "profiles"): self._list_choices,
            ("GET", "files"): self._list_files,
            ("POST", "check"): self._check,
            ("POST", "run"): self._run,
        }
        self._named: dict[tuple[str, str], Callable[[str, Body], Any]] = {
            ("GET", "profiles"): self._read_profile,
            ("POST", "profiles"): self._build_profile,
            ("GET", "samples"): self._read_sample,
            ("GET", "files"): self._read_file,
            ("PUT", "files"): self._write_file,
        }

    def answer(self, method: str, path: str, body: Body) -> Any:
        """Answer a call.

        Args:
            method: ``GET``, ``POST`` or ``PUT``.
            path: What follows ``/api/``, decoded: a noun, or a noun and a name.
            body: The call's JSON; empty for ``GET``.

        Raises:
            PlaygroundError: The call is refused.
        """
        noun, _, name = path.partition("/")
        try:
            if name and (method, noun) in self._named:
                return self._named[method, noun](name, body)
            if not name and (method, noun) in self._plain:
                return self._plain[method, noun](body)
        except (HarnessError, ActionsError) as error:
            raise explain(error) from error
        raise PlaygroundError(HTTPStatus.NOT_FOUND, "NO_SUCH_CALL", f"There is no call {method} /api/{path}.")

    def warm(self) -> None:
        """Start the worker, so that the first answer need not wait for it."""
        _ = self._harnesses[Mode.WORKER].unenforced

    def close(self) -> None:
        """End the workers."""
        for harness in self._harnesses.values():
            harness.close()

    def _list_choices(self, _body: Body) -> Any:
        return {
            "profiles": [
                {"name": name, "trigger": profile.trigger, "summary": profile.summary}
                for name, profile in PROFILES.items()
            ],
            "samples": list(NAMES),
            "triggers": list(Trigger),
            "login_flows": list(LoginFlow),
            "modes": list(Mode),
        }

    def _read_profile(self, name: str, _body: Body) -> Any:
        _require_known(name, PROFILES, "profile")
        text = profile_path(name).read_text(encoding="utf-8")
        return {"name": name, "trigger": PROFILES[name].trigger, "text": text}

    def _build_profile(self, name: str, _body: Body) -> Any:
        _require_known(name, PROFILES, "profile")
        event = build_profile(name)
        return {"name": name, "trigger": event.trigger, "seed": event.seed, "text": write_json(event) + "\n"}

    def _read_sample(self, name: str, _body: Body) -> Any:
        _require_known(name, NAMES, "sample")
        return {"name": name, "text": read_source(name)}

    def _list_files(self, _body: Body) -> Any:
        folder = self._project.folder
        return {"project": folder and folder.name, "files": self._project.list_files()}

    def _read_file(self, path: str, _body: Body) -> Any:
        return asdict(self._project.read(path))

    def _write_file(self, path: str, body: Body) -> Any:
        saved = self._project.write(path, _read_text(body, "text"), _read_choice(body, "digest"))
        return {"path": saved.path, "digest": saved.digest}

    def _check(self, body: Body) -> Any:
        action, trigger = _read_action(body), _read_choice(body, "trigger")
        findings = self._harnesses[Mode.WORKER].check(action, trigger=trigger)
        return {"findings": list(map(asdict, findings))}

    def _run(self, body: Body) -> Any:
        event = _read_text(body, "event").encode()
        facts: dict[str, Any] = {name: _read_choice(body, name) for name in ("trigger", "login_flow")}
        if _read_mode(body) is Mode.WORKER:
            return show_result(self._harnesses[Mode.WORKER].run(_read_action(body), event, **facts))
        return self._run_in_process(_read_action(body), event, facts)

    def _run_in_process(self, action: Action, event: bytes, facts: Mapping[str, Any]) -> Any:
        """Run in this process, where nothing ends an action that does not end by itself.

        Raises:
            PlaygroundError: The action before still runs.
        """
        if not self._in_process.acquire(blocking=False):
            message = "An action before this one still runs in this process, where time is not limited."
            hint = "Choose the mode worker, which ends such an action; start again to be rid of this one."
            raise PlaygroundError(HTTPStatus.CONFLICT, "STILL_RUNNING", message, hint)
        try:
            return show_result(self._harnesses[Mode.IN_PROCESS].run(action, event, **facts))
        finally:
            self._in_process.release()


def _read_action(body: Body) -> Action:
    return make_action(_read_text(body, "source"), name=_read_text(body, "name"), secrets=_read_secrets(body))


def _read_mode(body: Body) -> Mode:
    try:
        return Mode(_read_text(body, "mode"))
    except ValueError:
        raise _refuse("mode", f"is none of: {', '.join(Mode)}") from None


def _read_text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise _refuse(name, "must be text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _refuse(name, "holds half of a surrogate pair, which is no character") from None
    return value


def _read_choice(body: Body, name: str) -> str | None:
    return None if body.get(name) is None else _read_text(body, name)


def _read_secrets(body: Body) -> dict[str, str]:
    given = body.get("secrets", {})
    if not isinstance(given, dict):
        raise _refuse("secrets", "must be an object of texts")
    return {name: _read_text(given, name) for name in given}


def _refuse(name: str, reason: str) -> PlaygroundError:
    return PlaygroundError(HTTPStatus.BAD_REQUEST, "BAD_CALL", f"{name} {reason}.", "Send what the page sends.")


def _require_known(name: str, known: Container[str], what: str) -> None:
    if name not in known:
        message = f"There is no {what} {name!r}."
        raise PlaygroundError(HTTPStatus.NOT_FOUND, "NOT_FOUND", message, "Choose one of the list.")
