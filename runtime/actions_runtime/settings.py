"""What an operator can set, where it is read from, and what is refused before the server starts.

Runs in: server.

Every setting is read, in this order, from the command line, the environment (``ACTIONS_RUNTIME_<NAME>``), a
TOML file (``--config`` or ``ACTIONS_RUNTIME_CONFIG_FILE``) and its default. A name that is no setting is
refused: a limit that was misspelt must not silently stay at its default.
"""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from actions_sandbox.contract import MAX_REPLY_BYTES, SOURCE_BYTES, Isolation

PREFIX: Final = "ACTIONS_RUNTIME_"
CONFIG_FILE: Final = f"{PREFIX}CONFIG_FILE"
_MIB: Final = 1024 * 1024
_NO_SUCH_SETTING: Final = "no such setting; `actions-runtime settings` lists them all"


class WrongSettings(Exception):
    """The settings cannot be used; the text is for the operator and carries no secret's value."""


def _setting(default: Any, description: str, unit: str = "", **bounds: Any) -> Any:
    """Declare a setting with its documentation."""
    return Field(default=default, description=description, json_schema_extra={"unit": unit}, **bounds)


class Settings(BaseSettings):
    """All settings of the server; see each field's description."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    config_file: Path | None = _setting(None, "TOML file with further settings, in lower case, without prefix.")
    address: str = _setting(
        "127.0.0.1:50051", "Where to listen: host:port, [IPv6]:port or unix:/path; port 0 takes a free one."
    )
    insecure_listen_anywhere: bool = _setting(
        False,
        "Insecure: listen beyond loopback without TLS, so that keys and events cross the network in clear.",
    )
    insecure_sandbox: bool = _setting(
        False, "Insecure: run tenants' code although this system lacks layers of the sandbox's floor."
    )
    tls_certificate: Path | None = _setting(None, "PEM file with the server's certificate chain; turns TLS on.")
    tls_key: Path | None = _setting(None, "PEM file with the private key of tls_certificate.")
    tls_client_ca: Path | None = _setting(
        None, "PEM file with the authorities that must have signed every client's certificate; turns mTLS on."
    )
    data_dir: Path = _setting(Path(".actions"), "Directory of the default database and the secret keys' file.")
    database: str = Field(
        default="",
        repr=False,
        description=(
            "URL of the database, e.g. sqlite:////var/lib/actions/actions.db; sqlite:// keeps everything "
            "only until the server stops; empty means the file actions.db in data_dir."
        ),
        json_schema_extra={"unit": ""},
    )
    secret_keys: SecretStr | None = _setting(
        None,
        "Keys that seal tenants' secrets: id:base64 of 32 bytes, comma-separated; the first seals, all open.",
    )
    secret_keys_file: Path | None = _setting(
        None,
        "File with those keys, one id:base64 a line; made on first start, for its owner only, when it is "
        "the default secret.keys in data_dir.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "The least level that is logged.")
    log_format: Literal["json", "console"] = _setting("json", "One JSON object a line, or text for a terminal.")
    message_bytes: int = _setting(
        4 * _MIB, "The longest request message; a longer one is RESOURCE_EXHAUSTED.", "bytes", ge=65_536
    )
    drain_s: float = _setting(
        10.0, "How long a stopping server waits for calls that are in flight.", "seconds", ge=0, le=3_600
    )
    processes: int = _setting(
        1,
        "Server processes that share the port, each with a zygote and workers of its own: one a core at most. A change "
        "made through one is in force in all; an answer is remembered, and a tenant's workers are counted, by each for "
        "itself.",
        "processes",
        ge=1,
        le=64,
    )
    pin_processes: bool = _setting(
        False,
        "Whether each of several processes keeps to one core with its workers, as a batch job: for machines that have "
        "nothing else to do.",
    )
    reuse_port: bool = _setting(
        False, "Whether other servers may listen on the same address and share its connections; processes sets it."
    )
    uvloop: bool = _setting(True, "Whether the event loop is uvloop; asyncio's own otherwise.")
    lane: Literal["auto", "public", "fast"] = _setting(
        "auto",
        "How calls come in: public (gRPC's public API), fast (grpcio's core, at a fraction of the processor time, by "
        "names that grpcio promises to nobody), or auto: fast where this release of grpcio is known and a trial at "
        "start passes, else public, and one line of the log says why. With fast the server does not start when the "
        "trial fails.",
    )
    reflection: bool = _setting(True, "Whether gRPC server reflection describes the services to any caller.")
    answers_ttl_s: float = _setting(
        600.0, "How long an answer is remembered under the caller's execution id.", "seconds", ge=0, le=86_400
    )
    answers_bytes: int = _setting(64 * _MIB, "Memory of all remembered answers; the oldest go first.", "bytes", ge=0)
    directory_poll_s: float = _setting(
        1.0, "How often changes made by other processes are looked for.", "seconds", gt=0, le=60
    )

    limit_event_bytes: int = _setting(262_144, "The longest event.", "bytes", ge=1_024, le=4 * _MIB)
    limit_action_ms: int = _setting(1_000, "Wall-clock time of one action.", "milliseconds", ge=1, le=60_000)
    limit_flow_ms: int = _setting(3_000, "Wall-clock time of one flow.", "milliseconds", ge=1, le=300_000)
    limit_memory_bytes: int = _setting(128 * _MIB, "Memory of a worker above the idle worker.", "bytes", ge=8 * _MIB)
    limit_commands: int = _setting(1_000, "Commands of one execution.", "commands", ge=1, le=10_000)
    limit_commands_bytes: int = _setting(
        _MIB, "All commands of one execution, encoded.", "bytes", ge=1_024, le=MAX_REPLY_BYTES * 3 // 4
    )
    limit_log_bytes: int = _setting(
        16 * 1024, "All log lines of one execution; the rest is cut.", "bytes", ge=0, le=MAX_REPLY_BYTES // 8
    )
    limit_user_metadata_bytes: int = _setting(
        32_000, "User metadata that one flow sets: keys and JSON values.", "bytes", ge=0
    )
    limit_app_metadata_bytes: int = _setting(
        32_000, "App metadata that one flow sets: keys and JSON values.", "bytes", ge=0
    )
    limit_claims_bytes: int = _setting(100_000, "Custom claims of one token: names and JSON values.", "bytes", ge=0)
    limit_transaction_key_chars: int = _setting(64, "One key of the transaction's metadata.", "characters", ge=1)
    limit_transaction_value_bytes: int = _setting(
        8 * 1024, "One value of the transaction's metadata as JSON.", "bytes", ge=1
    )
    limit_transaction_bytes: int = _setting(
        16 * 1024, "All of the transaction's metadata: keys and JSON values.", "bytes", ge=0
    )
    limit_value_depth: int = _setting(64, "Nesting of one value that an action sets.", "levels", ge=1, le=64)
    limit_source_bytes: int = _setting(SOURCE_BYTES, "One action's source as UTF-8.", "bytes", ge=1, le=SOURCE_BYTES)
    limit_actions_per_tenant: int = _setting(100, "Actions of one tenant.", "actions", ge=1)
    limit_bindings_per_trigger: int = _setting(20, "Bindings of one trigger.", "bindings", ge=1)
    limit_versions_per_action: int = _setting(50, "Versions kept of one action.", "versions", ge=1)
    limit_secrets_per_action: int = _setting(30, "Secrets of one action.", "secrets", ge=0)
    limit_secret_name_chars: int = _setting(128, "A secret's name.", "characters", ge=1)
    limit_secret_value_chars: int = _setting(4_096, "A secret's value.", "characters", ge=1)

    isolation: Isolation = _setting(
        Isolation.WORKER,
        "How long workers live, for tenants that have no isolation of their own: worker (a tenant's workers serve "
        "many executions) or execution (every execution has a worker that is thrown away after it).",
    )
    pool_workers_per_tenant: int = _setting(2, "Workers that one tenant may hold.", "processes", ge=1)
    pool_max_workers: int = _setting(64, "Workers of all tenants together.", "processes", ge=1)
    pool_standby_workers: int = _setting(2, "Sealed workers kept ready for a new tenant.", "processes", ge=0)
    pool_single_use_workers: int = _setting(
        8, "Workers that one tenant of isolation execution may hold; its executions in flight.", "processes", ge=1
    )
    pool_single_use_standby: int = _setting(
        8, "Sealed workers kept ready while there are executions of isolation execution.", "processes", ge=0
    )
    pool_queue_per_tenant: int = _setting(
        256, "Executions of one tenant that may wait; one more is RESOURCE_EXHAUSTED.", "executions", ge=1
    )
    pool_requests_per_worker: int = _setting(8, "Executions that may wait inside one worker.", "executions", ge=1)
    pool_worker_executions: int = _setting(
        10_000, "Executions after which a worker is thrown away.", "executions", ge=1
    )
    pool_worker_idle_s: float = _setting(300.0, "Idle time after which a worker is thrown away.", "seconds", gt=0)
    pool_worker_memory_mark_bytes: int = _setting(
        64 * _MIB,
        "Resident memory above which a worker is thrown away when it stays there between executions.",
        "bytes",
        ge=_MIB,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read flags before the environment before the file; no ``.env`` and no secrets directory."""
        del dotenv_settings, file_secret_settings
        flags = init_settings.init_kwargs if isinstance(init_settings, InitSettingsSource) else {}
        file = flags.get("config_file") or os.environ.get(CONFIG_FILE)
        return init_settings, env_settings, InitSettingsSource(settings_cls, _read_file(file))

    @model_validator(mode="after")
    def _refuse_wrong_combinations(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key go together: set both or neither")
        if self.tls_client_ca is not None and self.tls_certificate is None:
            raise ValueError("tls_client_ca needs tls_certificate and tls_key")
        if self.message_bytes < self.limit_event_bytes + 16_384:
            raise ValueError("message_bytes must be at least limit_event_bytes + 16384, so that events fit")
        if self.processes > 1 and (self.in_memory or self.address.startswith("unix:")):
            raise ValueError("processes above 1 need a database that is kept and an address that is no unix socket")
        if not (self.tls or self.insecure_listen_anywhere or is_loopback(self.address)):
            raise ValueError(
                f"{self.address} can be reached from other machines and TLS is off: set tls_certificate "
                "and tls_key, listen on 127.0.0.1, or accept clear text with insecure_listen_anywhere"
            )
        return self

    @property
    def tls(self) -> bool:
        """Whether connections are encrypted."""
        return self.tls_certificate is not None

    @property
    def in_memory(self) -> bool:
        """Whether everything is gone when the server stops."""
        return self.database in ("sqlite://", "sqlite:///:memory:")

    @property
    def database_url(self) -> str:
        """The database's URL with the default filled in."""
        return self.database or f"sqlite:///{(self.data_dir / 'actions.db').absolute()}"


def _read_file(name: str | Path | None) -> dict[str, Any]:
    """Read the settings' TOML file, if there is one.

    Raises:
        WrongSettings: The file cannot be read or is no TOML.
    """
    if not name:
        return {}
    try:
        return tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongSettings(f"the settings file {name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise WrongSettings(f"the settings file {name} is not TOML: {error}") from error


def split_address(address: str) -> tuple[str, int]:
    """Split ``host:port``.

    Args:
        address: ``host:port`` or ``[IPv6]:port``.

    Returns:
        The host without brackets, and the port.

    Raises:
        ValueError: It has another form.
    """
    host, colon, port = address.rpartition(":")
    plain = host.removeprefix("[").removesuffix("]")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or not plain or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError(f"address {address!r} is not host:port, [IPv6]:port or unix:/path")
    if ":" in plain and not bracketed:
        raise ValueError(f"address {address!r} needs brackets around its IPv6 host, e.g. [::1]:50051")
    return plain, int(port)


def is_loopback(address: str) -> bool:
    """Tell whether an address can be reached from this machine only.

    Raises:
        ValueError: It is no address to listen on.
    """
    if address.startswith("unix:"):
        return True
    host, _ = split_address(address)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(**flags: Any) -> Settings:
    """Read all settings from flags, environment, file and defaults.

    Args:
        **flags: Settings given on the command line; ``None`` stands for one that was not given.

    Returns:
        The settings.

    Raises:
        WrongSettings: Some cannot be used; names each of them and never a secret's value.
    """
    _refuse_unknown_variables(os.environ)
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        raise WrongSettings("; ".join(map(_describe, error.errors(include_input=False)))) from None
    except SettingsError as error:
        raise WrongSettings(str(error)) from None


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise WrongSettings(f"{', '.join(unknown)}: {_NO_SUCH_SETTING}")


def _describe(detail: Any) -> str:
    name = ".".join(str(part) for part in detail["loc"])
    message = str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = _NO_SUCH_SETTING
    return f"{name}: {message}" if name else message


def document_settings() -> str:
    """Write the settings as a Markdown table: variable, default, unit, meaning."""
    rows = ["| variable | default | unit | meaning |", "| --- | --- | --- | --- |"]
    rows += [_document(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(rows) + "\n"


def _document(name: str, field: FieldInfo) -> str:
    extra = field.json_schema_extra
    unit = extra.get("unit", "") if isinstance(extra, dict) else ""
    default = field.default
    shown = "" if default in (None, "") else f"`{str(default).lower() if isinstance(default, bool) else default}`"
    return f"| `{PREFIX}{name.upper()}` | {shown} | {unit} | {field.description} |"
