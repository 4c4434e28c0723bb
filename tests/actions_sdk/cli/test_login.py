import json
import stat
from pathlib import Path

import pytest

from actions_sdk.cli.credentials import Credentials, read_credentials, write_credentials
from actions_sdk.cli.problems import Problem
from tests.actions_sdk.conftest import Actions
from tests.server_process import Tenant


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This user's folder of settings, empty."""
    folder = tmp_path / "settings"
    monkeypatch.setenv("ACTIONS_CONFIG_DIR", str(folder))
    return folder


def _log_in(run_offline: Actions, tenant: Tenant, settings: Path) -> None:
    facts = {"ACTIONS_CONFIG_DIR": str(settings)}
    ended = run_offline("login", "--server", tenant.server.address, stdin=f"{tenant.key}\n".encode(), **facts)
    assert ended.exit_code == 0, ended.err
    assert f"tenant {tenant.id}" in ended.out
    assert tenant.key not in ended.out


def test_server_and_key_are_kept_for_the_other_commands(
    run_offline: Actions, tenant: Tenant, settings: Path, tmp_path: Path
) -> None:
    """After it, neither has to be given; the file is this user's alone."""
    _log_in(run_offline, tenant, settings)
    file = settings / "credentials.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.stat().st_mode) == 0o700
    source = tmp_path / "greet.py"
    source.write_text("def on_execute_post_login(event, api):\n    pass\n")
    ended = run_offline("push", str(source), ACTIONS_CONFIG_DIR=str(settings))
    assert (ended.exit_code, ended.err) == (0, "")


def test_a_stored_key_goes_to_no_other_server(run_offline: Actions, tenant: Tenant, settings: Path) -> None:
    """A server that was named by mistake, or by somebody else, must not learn it."""
    _log_in(run_offline, tenant, settings)
    ended = run_offline("deploy", "x", "--server", "127.0.0.1:9", ACTIONS_CONFIG_DIR=str(settings))
    assert ended.exit_code == 2
    assert "there is no API key" in ended.err


def test_a_key_that_the_server_does_not_know_is_not_kept(
    run_offline: Actions, tenant: Tenant, settings: Path, tmp_path: Path
) -> None:
    """The old login stays."""
    _log_in(run_offline, tenant, settings)
    before = (settings / "credentials.json").read_bytes()
    key = tmp_path / "key"
    key.write_text("act_wrong\n")
    facts = {"ACTIONS_CONFIG_DIR": str(settings), "ACTIONS_SERVER": tenant.server.address}
    ended = run_offline("login", "--key-file", str(key), **facts)
    assert ended.exit_code == 1
    assert "UNAUTHENTICATED" in ended.err
    assert "Nothing was stored" in ended.err
    assert (settings / "credentials.json").read_bytes() == before


def test_a_key_for_executions_alone_is_known_too(run_offline: Actions, tenant: Tenant, settings: Path) -> None:
    """It may not read, so its tenant is not told; it is still a key."""
    key = tenant.server.create_key(tenant.id, "execute")
    facts = {"ACTIONS_CONFIG_DIR": str(settings), "ACTIONS_SERVER": tenant.server.address}
    ended = run_offline("login", "--json", stdin=key.encode(), **facts)
    assert ended.exit_code == 0
    assert ended.document == {
        "server": tenant.server.address,
        "tenant": "",
        "file": str(settings / "credentials.json"),
    }


def test_no_server_exits_with_3_and_nothing_is_kept(run_offline: Actions, settings: Path) -> None:
    """A login that was never checked is none."""
    facts = {"ACTIONS_CONFIG_DIR": str(settings)}
    ended = run_offline("login", "--server", "127.0.0.1:9", "--timeout", "1", stdin=b"key", **facts)
    assert ended.exit_code == 3
    assert not settings.exists()


@pytest.mark.parametrize(("arguments", "stdin"), [((), b""), ((), b"two words"), (("--server", "nowhere"), b"key")])
def test_wrong_usage_is_told(run_offline: Actions, arguments: tuple[str, ...], stdin: bytes) -> None:
    """No key, what cannot be one, and an address without a port."""
    assert run_offline("login", *arguments, stdin=stdin).exit_code == 2


def test_a_stored_login_takes_no_part_when_server_and_key_are_named(
    actions: Actions, settings: Path, tmp_path: Path
) -> None:
    """Not even a damaged one."""
    write_credentials(Credentials("127.0.0.1:9", "key")).write_text("damaged")
    (tmp_path / "greet.py").write_text("def on_execute_post_login(event, api):\n    pass\n")
    facts = {"ACTIONS_CONFIG_DIR": str(settings)}
    assert actions("push", str(tmp_path / "greet.py"), **facts).exit_code == 0
    ended = actions("push", str(tmp_path / "greet.py"), **facts, ACTIONS_API_KEY=None)
    assert ended.exit_code == 1
    assert "Run `actions login` again" in ended.err


def test_there_is_no_option_for_the_key_itself(run_offline: Actions) -> None:
    """It would stay in the shell's history."""
    assert run_offline("login", "--key", "x").exit_code == 2


def test_a_key_that_others_may_read_is_refused(settings: Path) -> None:
    """As ssh does; the refusal says what to do."""
    path = write_credentials(Credentials("127.0.0.1:1", "key"))
    path.chmod(0o644)
    with pytest.raises(Problem) as caught:
        read_credentials()
    assert "chmod 600" in caught.value.advice


@pytest.mark.parametrize("text", ["", "[]", '{"server": "x", "unknown": 1}', '"x"'])
def test_a_damaged_file_is_told(settings: Path, text: str) -> None:
    """It is never taken for no login at all."""
    path = write_credentials(Credentials("127.0.0.1:1", "key"))
    path.write_text(text)
    with pytest.raises(Problem, match="cannot be read"):
        read_credentials()


def test_what_is_written_is_read(settings: Path) -> None:
    """And the key is no part of what a log would show."""
    kept = Credentials("h:1", "key-of-mine", "/ca.pem", True)
    assert read_credentials() is None
    write_credentials(kept)
    assert read_credentials() == kept
    assert "key-of-mine" not in repr(kept)
    assert json.loads((settings / "credentials.json").read_text())["api_key"] == "key-of-mine"
    assert [path.name for path in settings.iterdir()] == ["credentials.json"]
