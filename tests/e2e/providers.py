"""The two auth servers of the story, each in a process of its own: the reference server and one nobody here wrote."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal
from urllib.parse import quote

import httpx

from actions_sandbox.contract import OnError, Trigger
from actions_sdk.cli.bind import bind_actions
from actions_sdk.cli.deploy import deploy_action
from actions_sdk.cli.push import push_source
from actions_sdk.client import ActionsClient, Connection
from actions_sdk.samples import NAMES, read_source
from tests.e2e.http_user import Application, Person
from tests.server_process import Server

Choice = Literal["deny", "go-on"]

KINDS: Final = ("python", "node")
"""The providers by name; every test of the story runs with each."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a provider is told at its start.

    Attributes:
        registration: What it does at a sign-up when the runtime does not answer, ``deny`` or ``go-on``.
        login: The same at a login.
        anonymous_seconds: How long a guest's session lives; None for the provider's default.
    """

    registration: Choice = "deny"
    login: Choice = "deny"
    anonymous_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where a provider is, and the clients that it knows."""

    base_url: str
    client_id: str
    audience: str
    log_file: Path
    backend: tuple[str, str] = field(repr=False)


@contextmanager
def run_python_provider(runtime: str, key: str, choices: Choices, log_file: Path) -> Iterator[Address]:
    """Run the reference auth server."""
    command = [sys.executable, "-m", "actions_sdk.auth_server", "--runtime", runtime, "--port", "0", "--json"]
    command += ["--test-views", "--password-work", "1"]
    command += ["--unreachable-registration", choices.registration, "--unreachable-login", choices.login]
    if choices.anonymous_seconds is not None:
        command += ["--anonymous-seconds", str(choices.anonymous_seconds)]
    environment = {**os.environ, "ACTIONS_API_KEY": key}
    with (
        log_file.open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment) as process,
    ):
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, log_file.read_text()
            facts = json.loads(line)
            backend = (facts["backend_client_id"], facts["backend_client_secret"])
            yield Address(facts["address"], facts["client_id"], "https://api.example.com", log_file, backend)
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextmanager
def run_node_provider(runtime: str, key: str, choices: Choices, log_file: Path) -> Iterator[Address]:
    """Run the provider on Node; skips the test where there is no Node."""
    from tests.e2e.node_provider import NodeProvider

    with NodeProvider(
        runtime,
        key,
        unreachable_registration=choices.registration,
        unreachable_login=choices.login,
        anonymous_seconds=choices.anonymous_seconds,
        log_file=log_file,
    ) as node:
        backend = (node.backend_client_id, node.backend_client_secret)
        yield Address(node.base_url, node.client_id, node.audience, log_file, backend)


class Provider:
    """A provider as a test uses it: its tenant's actions, its people, its accounts and its mails.

    Args:
        kind: One of :data:`KINDS`.
        address: Where it is.
        runtime: The runtime's address.
        key: An API key of the tenant's, good for authoring.
    """

    def __init__(self, kind: str, address: Address, runtime: str, key: str) -> None:
        self.kind = kind
        self.address = address
        self._client = ActionsClient(Connection(runtime, api_key=key))
        self._deployed: dict[str, str] = {}
        self._http = httpx.Client(base_url=address.base_url, timeout=30)
        self.application = self.open_application()

    def close(self) -> None:
        """Close its connections."""
        self.application.close()
        self._http.close()
        self._client.close()

    def open_application(self, scope: str = "openid email") -> Application:
        """Return an application that asks for a scope."""
        at = self.address
        return Application(at.base_url, at.client_id, at.audience, at.backend, scope=scope)

    def bind(self, trigger: Trigger, *samples: str, **sources: str) -> None:
        """Let these run at a trigger, in order: samples by name, then sources by the name of their action."""
        unknown = set(samples) - set(NAMES)
        assert not unknown, unknown
        flow = {name: read_source(name) for name in samples} | sources
        for name, source in flow.items():
            action = name.replace("_", "-")
            if self._deployed.get(action) != source:
                push_source(self._client, action, source)
                deploy_action(self._client, action)
                self._deployed[action] = source
        bind_actions(self._client, trigger, [(name.replace("_", "-"), OnError.DENY) for name in flow])

    def unbind(self) -> None:
        """Let nothing run at either trigger."""
        for trigger in Trigger:
            bind_actions(self._client, trigger, [])

    def meet(self, **facts: str) -> Person:
        """Return somebody whom the provider does not know yet."""
        return Person(self.application, **facts)

    def read_account(self, email: str) -> dict[str, Any] | None:
        """Return what the provider keeps of a user; None when there is no such account."""
        response = self._http.get(f"/accounts/{quote(email)}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        account: dict[str, Any] = response.raise_for_status().json()
        return account

    def read_app_metadata(self, email: str) -> Mapping[str, Any]:
        """Return the app metadata of an account that exists."""
        account = self.read_account(email)
        assert account is not None
        metadata: Mapping[str, Any] = account["app_metadata"]
        return metadata

    def read_log(self) -> str:
        """Return what the provider has logged so far."""
        return self.address.log_file.read_text(encoding="utf-8")

    def read_mail(self, email: str, kind: str) -> str:
        """Return the link of the last mail of a kind to somebody."""
        mails = self._http.get("/outbox").raise_for_status().json()
        return str([mail["link"] for mail in mails if mail["to"] == email and mail["kind"] == kind][-1])


@contextmanager
def open_provider(kind: str, server: Server, choices: Choices = Choices()) -> Iterator[Provider]:
    """Run a provider in front of a runtime, as a tenant of its own."""
    key = server.create_key(server.create_tenant())
    run = {"python": run_python_provider, "node": run_node_provider}[kind]
    with TemporaryDirectory() as folder, run(server.address, key, choices, Path(folder) / "log") as address:
        provider = Provider(kind, address, server.address, key)
        try:
            yield provider
        finally:
            provider.close()
