"""A real server and the command line in front of it; one warm harness of each mode."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from actions_sdk.cli.app import app
from actions_sdk.client import ActionsClient, Connection
from actions_sdk.harness import Harness
from tests.server_process import Tenant


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run of the command line ended."""

    exit_code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)


Actions = Callable[..., Ended]


@pytest.fixture
def client(tenant: Tenant) -> Iterator[ActionsClient]:
    """A client of a tenant that nobody else uses."""
    with ActionsClient(Connection(tenant.server.address, api_key=tenant.key)) as opened:
        yield opened


@pytest.fixture
def run_offline(tmp_path_factory: pytest.TempPathFactory) -> Actions:
    """The command line, with no server anywhere, no stored login and no key but what is given."""
    settings = tmp_path_factory.mktemp("settings")

    def run(*arguments: str, stdin: bytes = b"", **environment: str | None) -> Ended:
        names = ("ACTIONS_SERVER", "ACTIONS_API_KEY", "ACTIONS_CA_FILE", "FORCE_COLOR")
        cleared = dict.fromkeys(names) | {"ACTIONS_CONFIG_DIR": str(settings)}
        env = cleared | {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"} | environment
        result = CliRunner().invoke(app, list(arguments), input=stdin, env=env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def actions(tenant: Tenant, run_offline: Actions) -> Actions:
    """The command line, told of the server and of a tenant's key by its environment."""

    def run(*arguments: str, **given: Any) -> Ended:
        facts = {"ACTIONS_SERVER": tenant.server.address, "ACTIONS_API_KEY": tenant.key}
        return run_offline(*arguments, **(facts | given))

    return run


@pytest.fixture(scope="session")
def worker() -> Iterator[Harness]:
    """Runs flows in sealed workers."""
    with Harness("worker") as harness:
        yield harness


@pytest.fixture(scope="session")
def in_process() -> Iterator[Harness]:
    """Runs flows in this process."""
    with Harness("in-process") as harness:
        yield harness


@pytest.fixture(params=["worker", "in_process"])
def harness(request: pytest.FixtureRequest) -> Harness:
    """Each mode in turn."""
    found: Harness = request.getfixturevalue(request.param)
    return found
