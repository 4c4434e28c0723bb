from dataclasses import fields
from pathlib import Path

import pytest

from actions_runtime.execution import PoolSettings
from actions_runtime.settings import (
    Settings,
    WrongSettings,
    document_settings,
    is_loopback,
    load_settings,
    split_address,
)
from actions_sandbox.contract import Isolation, Limits


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ACTIONS_RUNTIME_{name.upper()}", raising=False)


def test_every_setting_is_documented_with_its_unit() -> None:
    """The table names every setting, and a number that is no count of nothing has a unit."""
    table = document_settings()
    for name, field in Settings.model_fields.items():
        assert f"`ACTIONS_RUNTIME_{name.upper()}`" in table
        assert field.description
        assert field.description.endswith(".")
        assert isinstance(field.json_schema_extra, dict)
        if field.annotation in (int, float):
            assert field.json_schema_extra["unit"], name


def test_every_limit_and_pool_number_can_be_set_and_defaults_to_the_contract() -> None:
    settings = load_settings()
    for limit in fields(Limits):
        assert getattr(settings, f"limit_{limit.name}") == getattr(Limits(), limit.name)
    for number in fields(PoolSettings):
        assert getattr(settings, f"pool_{number.name}") == getattr(PoolSettings(), number.name)


def test_workers_stay_warm_unless_the_operator_wants_one_for_each_execution(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().isolation is Isolation.WORKER
    assert "`ACTIONS_RUNTIME_ISOLATION` | `worker` |" in document_settings()
    monkeypatch.setenv("ACTIONS_RUNTIME_ISOLATION", "execution")
    assert load_settings().isolation is Isolation.EXECUTION


def test_flags_beat_the_environment_which_beats_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('drain_s = 1\nlimit_action_ms = 1\nlog_level = "error"\n')
    monkeypatch.setenv("ACTIONS_RUNTIME_LIMIT_ACTION_MS", "2")
    monkeypatch.setenv("ACTIONS_RUNTIME_LOG_LEVEL", "warning")
    settings = load_settings(config_file=file, log_level="debug")
    assert (settings.drain_s, settings.limit_action_ms, settings.log_level) == (1.0, 2, "debug")


def test_the_file_may_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("drain_s = 3\n")
    monkeypatch.setenv("ACTIONS_RUNTIME_CONFIG_FILE", str(file))
    assert load_settings().drain_s == 3.0


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ({"address": "0.0.0.0:1"}, "insecure_listen_anywhere"),
        ({"address": "[::]:1"}, "insecure_listen_anywhere"),
        ({"address": "example.com:1"}, "insecure_listen_anywhere"),
        ({"address": "127.0.0.1"}, "not host:port"),
        ({"address": "127.0.0.1:65536"}, "not host:port"),
        ({"address": "::1:50051"}, "brackets"),
        ({"tls_certificate": "a"}, "go together"),
        ({"tls_client_ca": "a"}, "needs tls_certificate"),
        ({"message_bytes": 100_000}, "message_bytes"),
        ({"limit_action_ms": 0}, "limit_action_ms"),
        ({"isolation": "tenant"}, "isolation: Input should be 'worker' or 'execution'"),
        ({"limit_action_ms": "soon"}, "limit_action_ms"),
        ({"log_level": "loud"}, "log_level"),
        ({"no_such": 1}, "no_such: no such setting"),
        ({"config_file": "/no/such/file.toml"}, "cannot be read"),
    ],
)
def test_wrong_settings_are_refused_with_a_sentence(flags: dict[str, object], sentence: str) -> None:
    with pytest.raises(WrongSettings) as refusal:
        load_settings(**flags)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTIONS_RUNTIME_LIMIT_ACTON_MS", "5")
    with pytest.raises(WrongSettings, match="LIMIT_ACTON_MS"):
        load_settings()


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("drain_s = = 1")
    with pytest.raises(WrongSettings, match="is not TOML"):
        load_settings(config_file=file)


def test_a_refusal_never_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTIONS_RUNTIME_SECRET_KEYS", "a:hidden")
    with pytest.raises(WrongSettings) as refusal:
        load_settings(database=5, drain_s="x")
    assert "hidden" not in str(refusal.value)
    assert "hidden" not in repr(load_settings())


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1:0", True),
        ("127.8.9.1:50051", True),
        ("[::1]:50051", True),
        ("localhost:1", True),
        ("unix:/run/actions.sock", True),
        ("0.0.0.0:1", False),
        ("10.0.0.1:1", False),
        ("localhost.example.com:1", False),
    ],
)
def test_only_addresses_of_this_machine_count_as_loopback(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


def test_clear_text_beyond_loopback_takes_the_setting_that_says_insecure() -> None:
    assert load_settings(address="0.0.0.0:1", insecure_listen_anywhere=True).address == "0.0.0.0:1"


def test_tls_may_listen_anywhere() -> None:
    assert load_settings(address="0.0.0.0:1", tls_certificate="a", tls_key="b").tls


def test_an_address_is_split_at_its_port() -> None:
    assert split_address("[::1]:5") == ("::1", 5)


def test_the_default_database_lies_in_the_data_directory(tmp_path: Path) -> None:
    assert load_settings(data_dir=tmp_path).database_url == f"sqlite:///{tmp_path}/actions.db"
