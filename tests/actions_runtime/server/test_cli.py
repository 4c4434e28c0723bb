import json
import logging
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import grpc
import pytest
import structlog
from typer.testing import CliRunner, Result

from actions.v1 import execution_pb2 as execution
from actions_runtime.server.cli import app
from actions_runtime.server.failures import StartFailed
from actions_runtime.server.secret_keys import load_secret_keys
from actions_runtime.settings import load_settings
from tests.server_process import COMMAND, Server, Tenant

PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("ACTIONS_")}


def _run(*arguments: str, **environment: str) -> Result:
    """Run a command that ends by itself, in this process."""
    clean = {name: None for name in os.environ if name.startswith("ACTIONS_")}
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        return CliRunner().invoke(app, arguments, env={**clean, **environment})
    finally:
        structlog.reset_defaults()
        logging.basicConfig(handlers=handlers, level=level, force=True)


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server's first start, for people: what it printed, and its data directory."""
    folder = tmp_path_factory.mktemp("first") / "data"
    process = subprocess.Popen(
        [*COMMAND, "serve", "--address", "127.0.0.1:0", "--data-dir", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=PLAIN,
    )
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or "actions push" not in lines[-1]:
        lines.append(process.stdout.readline())
        assert lines[-1] or len(lines) < 2, lines
    yield "".join(lines), folder
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_a_first_start_shows_what_to_type_next(first_start: tuple[str, Path]) -> None:
    banner, folder = first_start
    assert "127.0.0.1:" in banner
    assert "127.0.0.1:0 " not in banner
    assert f"{folder}/actions.db (survives a restart)" in banner
    assert "sandbox" in banner
    assert "export ACTIONS_API_KEY=ak_tenant_" in banner
    assert "export ACTIONS_SERVER=127.0.0.1:" in banner


def test_what_is_kept_is_for_its_owner_alone(first_start: tuple[str, Path]) -> None:
    _, folder = first_start
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in ("actions.db", "secret.keys"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600


def test_the_first_key_works(start_server: Any) -> None:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--json", "--address", "127.0.0.1:0", "--database", "sqlite://"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=PLAIN,
    )
    assert process.stdout is not None
    greeting = json.loads(process.stdout.readline())
    assert (greeting["tenant"], greeting["store"], greeting["survives_restart"]) == ("default", "memory", False)
    server = Server(process, greeting, "", Path(os.devnull), grpc.insecure_channel(greeting["address"]))
    answer = Tenant(server, "default", greeting["api_key"]).execute({"user": {"user_id": "u"}})
    assert answer.decision == execution.DECISION_CONTINUE
    server.channel.close()
    assert server.stop() == 0


def test_a_taken_port_is_one_sentence(server: Server, tmp_path: Path) -> None:
    done = _run("serve", "--address", server.address, "--data-dir", str(tmp_path))
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith(f"actions-runtime: cannot listen on {server.address}")
    assert "Traceback" not in done.stderr


def test_a_start_that_failed_has_not_used_up_the_first_key(server: Server, tmp_path: Path) -> None:
    """The key is shown once, so that it may only be made when the server is sure to come up."""
    failed = _run("serve", "--address", server.address, "--data-dir", str(tmp_path))
    assert failed.exit_code == 1
    made = _run("keys", "create", "--tenant", "default", "--scope", "read", "--data-dir", str(tmp_path))
    assert "no tenant 'default'" in made.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--address", "0.0.0.0:0"), "insecure_listen_anywhere"),
        (("--database", "postgresql://u:planted@127.0.0.1:1/db"), "no such kind of database"),
        (("--database", "nonsense"), "expected e.g. sqlite:///"),
        (("--database", "sqlite:////no/such/folder/actions.db"), "/no/such/folder"),
        (("--config", "/no/such/file.toml"), "/no/such/file.toml cannot be read"),
        (("--data-dir", "/proc/no/such"), "/proc/no/such cannot be made"),
    ],
)
def test_what_prevents_a_start_is_one_sentence(arguments: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    base = ("--address", "127.0.0.1:0", "--data-dir", str(tmp_path))
    done = _run("serve", *base, *arguments)
    assert done.exit_code == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("actions-runtime: ")
    assert sentence in last
    assert "Traceback" not in done.stderr
    assert "planted" not in done.stderr


def test_a_database_file_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "actions.db").write_text("this is no database, and long enough to be looked at as one" * 20)
    done = _run("serve", "--address", "127.0.0.1:0", "--data-dir", str(tmp_path))
    assert done.exit_code == 1
    assert "actions.db cannot be used: " in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "mode", "sentence"),
    [
        ("", 0o600, "holds no key"),
        ("a:planted", 0o600, "entry 1 is not"),
        (f"a:{'A' * 43}=\nb:xyz", 0o600, "entry 2 is not"),
        (f"a:{'A' * 43}=\na:{'B' * 42}A=", 0o600, "entry 2 is not"),
        (f"a:{'A' * 43}=", 0o644, "chmod 600"),
        (None, 0o600, "cannot be read"),
    ],
)
def test_a_key_file_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, content: str | None, mode: int, sentence: str
) -> None:
    file = tmp_path / "keys"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    with pytest.raises(StartFailed) as refusal:
        load_secret_keys(load_settings(secret_keys_file=file))
    assert sentence in str(refusal.value)
    assert "planted" not in str(refusal.value)


def test_the_first_key_of_the_settings_seals(tmp_path: Path) -> None:
    keys = load_secret_keys(load_settings(secret_keys=f"new:{'A' * 43}=,old:{'B' * 42}A="))
    assert list(keys) == ["new", "old"]


def test_a_key_file_is_made_once(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "new")
    assert load_secret_keys(settings) == load_secret_keys(settings)


def test_keys_are_made_beside_a_running_server(server: Server, tenant: Tenant) -> None:
    database = server.greeting["store"]
    folder = str(Path(database.removeprefix("sqlite:///")).parent)
    done = _run("keys", "create", "--tenant", tenant.id, "--scope", "execute", "--data-dir", folder, "--json")
    assert done.exit_code == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["tenant"] == tenant.id
    answer = Tenant(server, tenant.id, made["api_key"]).execute({"user": {"user_id": "u"}})
    assert answer.decision == execution.DECISION_CONTINUE


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--tenant", "nobody", "--scope", "read"), 1, "no tenant 'nobody'"),
        (("--tenant", "nobody", "--scope", "read", "--operator"), 2, "either --tenant or --operator"),
        (("--scope", "read"), 2, "either --tenant or --operator"),
        (("--operator",), 2, "--scope"),
        (("--operator", "--scope", "all"), 2, "all"),
        (("--operator", "--scope", "read", "--database", "sqlite://"), 1, "memory"),
    ],
)
def test_a_key_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    done = _run("keys", "create", "--data-dir", str(tmp_path), *arguments, COLUMNS="200")
    assert done.exit_code == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_the_settings_are_listed() -> None:
    done = _run("settings")
    assert done.exit_code == 0
    assert "ACTIONS_RUNTIME_LIMIT_ACTION_MS" in done.stdout


def test_the_version_is_told() -> None:
    done = _run("version")
    assert done.stdout.strip()[0].isdigit()


def test_servers_that_share_a_database_do_not_make_keys_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="secret_keys_file"):
        load_secret_keys(load_settings(data_dir=tmp_path, database="postgresql://127.0.0.1/db"))
