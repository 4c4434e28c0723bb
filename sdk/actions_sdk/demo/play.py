"""Plays the scenes against a server and judges what came of them.

Runs in: developer's machine.
"""

import json
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from actions_runtime.execution import Decision
from actions_sandbox.contract import OnError
from actions_sdk.apply import State, Tokens, apply
from actions_sdk.cli.bind import bind_actions
from actions_sdk.cli.deploy import deploy_action
from actions_sdk.cli.push import push_source
from actions_sdk.cli.results import show_answer
from actions_sdk.cli.sources import name_action
from actions_sdk.client import ActionsClient
from actions_sdk.demo.scenes import Scene
from actions_sdk.messages import describe_answer
from actions_sdk.samples import NAMES, read_source


def deploy_samples(console: Console, client: ActionsClient) -> None:
    """Push and deploy every sample."""
    for name in NAMES:
        action = name_action(name)
        pushed = push_source(client, action, read_source(name))
        deployed = deploy_action(client, action, label="demo")
        console.print(f"  {action:28} {pushed.trigger:22} version {deployed.version}")


def play_scene(console: Console, client: ActionsClient, scene: Scene) -> list[str]:
    """Bind a scene's actions, send its event, apply the answer and show it all.

    Returns:
        One sentence for each thing that differs from what is due.
    """
    console.print(Text(f"\n== {scene.title}", style="bold underline"))
    bind_actions(client, scene.trigger, [(action, OnError.DENY) for action in scene.actions])
    _show_event(console, scene)
    event = json.dumps(scene.event, ensure_ascii=False).encode()
    answer = describe_answer(client.execute_flow(scene.trigger, event, login_flow=scene.login_flow))
    console.print(Text("answer", style="bold"))
    show_answer(console, answer)
    account = _list_entries(_apply_answer(scene, answer))
    _show_account(console, account)
    return list(_compare(scene, answer, account))


def _apply_answer(scene: Scene, answer: dict[str, Any]) -> State:
    before = State.from_event(scene.trigger, scene.event)
    return apply(before, answer["commands"], decision=Decision(answer["decision"]), trigger=scene.trigger)


def _list_entries(state: State) -> dict[str, dict[str, Any]]:
    """Return what the demo shows of a state: the user's metadata and the tokens' claims."""
    tokens = state.tokens or Tokens()
    return {
        "app_metadata": state.user.get("app_metadata") or {},
        "user_metadata": state.user.get("user_metadata") or {},
        "access_token": tokens.access.claims,
        "id_token": tokens.id.claims,
    }


def _show_event(console: Console, scene: Scene) -> None:
    user, session = scene.event["user"], scene.event["anonymous_session"]
    facts = {
        "flow": f"{scene.trigger} ({scene.login_flow}): {' → '.join(scene.actions)}",
        "user": f"{user['email']} {_write(user.get('app_metadata', {}))}",
        "session": f"{session['user_id']} {_write(session['metadata'])}",
    }
    for name, text in facts.items():
        console.print(Text(f"{name:8}", style="bold").append(text, style=""))


def _show_account(console: Console, account: dict[str, dict[str, Any]]) -> None:
    console.print(Text("afterwards", style="bold"))
    for name, entries in account.items():
        for key, value in entries.items():
            console.print(Text(f"  {name}.{key} ", style="magenta").append(_write(value), style=""))


def _compare(scene: Scene, answer: dict[str, Any], account: dict[str, dict[str, Any]]) -> Iterator[str]:
    if answer["decision"] != "CONTINUE":
        yield f"{scene.title} The decision is {answer['decision']} instead of CONTINUE."
    codes = tuple(warning["code"] for warning in answer["warnings"])
    if codes != scene.warnings:
        yield f"{scene.title} The warnings are {codes} instead of {scene.warnings}."
    for name, entries in account.items():
        due = scene.expected.get(name, {})
        # Texts are compared: 1, 1.0 and true are equal as Python values and different as JSON.
        if _write(entries, sort=True) != _write(due, sort=True):
            yield f"{scene.title} {name} is {_write(entries)} instead of {_write(due)}."


def _write(value: Any, *, sort: bool = False) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=sort)
