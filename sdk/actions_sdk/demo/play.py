"""Plays the story against the servers and judges what came of it.

Runs in: developer's machine.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Final, Self

from rich.console import Console
from rich.text import Text

from actions_sandbox.contract import OnError
from actions_sdk.cli.bind import bind_actions
from actions_sdk.cli.deploy import deploy_action
from actions_sdk.cli.push import push_source
from actions_sdk.cli.results import show_answer
from actions_sdk.cli.sources import name_action
from actions_sdk.client import ActionsClient
from actions_sdk.demo.scenes import Scene, Way
from actions_sdk.demo.shopper import AuthServer, Device
from actions_sdk.samples import NAMES, read_source

_ACCOUNT: Final = ("app_metadata", "user_metadata")
_TOKENS: Final = ("access_token", "id_token")


def deploy_samples(console: Console, client: ActionsClient) -> None:
    """Push and deploy every sample."""
    for name in NAMES:
        action = name_action(name)
        pushed = push_source(client, action, read_source(name))
        deployed = deploy_action(client, action, label="demo")
        console.print(f"  {action:28} {pushed.trigger:22} version {deployed.version}")


class Stage:
    """Where the scenes are played: both servers, and the people's devices.

    Use it as a context manager.

    Args:
        console: Where everything is shown.
        client: The author's client of the runtime.
        address: The auth server's address.
        client_id: The shop's id at the auth server.
    """

    def __init__(self, console: Console, client: ActionsClient, address: str, client_id: str) -> None:
        self._console = console
        self._client = client
        self._address = address
        self._client_id = client_id
        self._auth_server = AuthServer(address)
        self._devices: dict[str, Device] = {}
        self._guests: dict[str, dict[str, Any]] = {}
        self._tokens: dict[str, str] = {}
        # Whoever finds the servers while they run must not be able to log in.
        self._password = secrets.token_urlsafe()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def play(self, scene: Scene) -> list[str]:
        """Bind a scene's actions, let its person come, and show what the servers made of it.

        Returns:
            One sentence for each thing that differs from what is due.
        """
        self._console.print(Text(f"\n== {scene.title}", style="bold underline"))
        for trigger, actions in scene.bindings.items():
            bind_actions(self._client, trigger, [(action, OnError.DENY) for action in actions])
        asked_before = len(self._auth_server.read_flows())
        device = self._find_device(scene.device)
        if scene.metadata is not None:
            issued = device.fill_session(scene.metadata)
            self._guests[scene.device], self._tokens[scene.device] = (
                issued["session"],
                issued["anonymous_session_token"],
            )
        self._show_visit(scene)
        claims = self._visit(scene, device)
        flows = self._auth_server.read_flows()[asked_before:]
        for flow in flows:
            self._show_flow(flow)
        account = {**self._auth_server.read_account(scene.email), **claims}
        self._show_account(account)
        return [*_compare_flows(scene, flows, self._guests), *_compare_account(scene, account, self._guests)]

    def _find_device(self, name: str) -> Device:
        if name not in self._devices:
            self._devices[name] = self._open.enter_context(Device(self._address, self._client_id))
        return self._devices[name]

    def _visit(self, scene: Scene, device: Device) -> dict[str, dict[str, Any]]:
        if scene.way is Way.SIGN_UP:
            return device.sign_up(scene.email, self._password)
        if scene.way is Way.TELEVISION:
            return device.log_in_a_television(scene.email, self._password)
        if scene.way is Way.LEAVE_AND_LOG_IN:
            device.end_session()
            return device.log_in(scene.email, self._password, self._tokens[scene.device])
        return device.log_in(scene.email, self._password)

    def _show_visit(self, scene: Scene) -> None:
        guest = self._guests.get(scene.device)
        facts = {"person": f"{scene.email} {scene.way}", "device": scene.device}
        if guest is not None:
            facts["session"] = f"{guest['user_id']} {_write(guest['metadata'])}"
        for name, text in facts.items():
            self._console.print(Text(f"{name:8}", style="bold").append(text, style=""))

    def _show_flow(self, flow: dict[str, Any]) -> None:
        session = flow["anonymous_session"]
        handed = f"with {session['user_id']}" if session else "without a guest session"
        title = Text("answer  ", style="bold").append(f"{flow['trigger']} ({flow['login_flow']}), {handed}", style="")
        self._console.print(title)
        show_answer(self._console, flow)

    def _show_account(self, account: dict[str, Any]) -> None:
        self._console.print(Text("afterwards", style="bold"))
        for name in (*_ACCOUNT, *_TOKENS):
            for key, value in account[name].items():
                self._console.print(Text(f"  {name}.{key} ", style="magenta").append(_write(value), style=""))


def _compare_flows(scene: Scene, flows: list[dict[str, Any]], guests: dict[str, dict[str, Any]]) -> Iterator[str]:
    asked = [(flow["trigger"], (flow["anonymous_session"] or {}).get("session_id")) for flow in flows]
    due = [(trigger, guests[device]["session_id"] if device else None) for trigger, device in scene.triggers]
    if asked != due:
        yield f"{scene.title} The runtime was asked {asked} instead of {due}."
    for flow in flows:
        if flow["decision"] != "CONTINUE":
            yield f"{scene.title} The decision is {flow['decision']} instead of CONTINUE."


def _compare_account(scene: Scene, account: dict[str, Any], guests: dict[str, dict[str, Any]]) -> Iterator[str]:
    expected = scene.expected(guests)
    for name in (*_ACCOUNT, *_TOKENS):
        due = expected.get(name, {})
        # Texts are compared: 1, 1.0 and true are equal as Python values and different as JSON.
        if _write(account[name], sort=True) != _write(due, sort=True):
            yield f"{scene.title} {name} is {_write(account[name])} instead of {_write(due)}."


def _write(value: Any, *, sort: bool = False) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=sort)
