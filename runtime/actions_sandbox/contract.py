"""Records, words and limits that both sides of a worker's socket share.

Runs in: server / zygote / worker.

The words are those of the public contract (``proto/actions/v1``). A new command kind, outcome or limit
starts here; the server's acceptance (``actions_runtime.commands``) and the facade
(``actions_sandbox.api``) follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

WIRE_VERSION: Final = 1
"""Number of the frame format; server and zygote come from one installation and must agree."""


POLICY_VERSION: Final = 1
"""Number of the language policy; stored with every deployed version, so that a change is never silent."""


class Trigger(StrEnum):
    """A fixed point of the auth pipeline at which a tenant's flow runs."""

    POST_LOGIN = "post-login"
    PRE_USER_REGISTRATION = "pre-user-registration"


class Outcome(StrEnum):
    """How one action of a flow ended; the first cause wins."""

    COMPLETED = "COMPLETED"
    DENIED = "DENIED"
    RAISED = "RAISED"
    TIMED_OUT = "TIMED_OUT"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    CRASHED = "CRASHED"
    OUTPUT_TOO_LARGE = "OUTPUT_TOO_LARGE"
    POLICY_VIOLATION = "POLICY_VIOLATION"
    NOT_RUN = "NOT_RUN"

    failed: bool
    """Whether the binding's ``on_error`` decides what follows."""

    def __init__(self, value: str) -> None:
        self.failed = value not in ("COMPLETED", "DENIED", "NOT_RUN")


class OnError(StrEnum):
    """What a binding wants when its action fails."""

    DENY = "DENY"
    """The whole execution fails and carries no command."""
    SKIP = "SKIP"
    """The action's commands are dropped whole and the flow goes on."""


class Isolation(StrEnum):
    """How long a worker lives; which one a tenant has is its own setting or the server's."""

    WORKER = "worker"
    """A worker serves many executions of its one tenant."""
    EXECUTION = "execution"
    """A worker is thrown away after every single execution."""


class CommandKind(StrEnum):
    """The kinds of recorded wishes; one message of ``commands.proto`` each."""

    SET_APP_METADATA = "set_app_metadata"
    SET_USER_METADATA = "set_user_metadata"
    SET_CUSTOM_CLAIM = "set_custom_claim"
    ADD_SCOPE = "add_scope"
    REMOVE_SCOPE = "remove_scope"
    SET_TRANSACTION_METADATA = "set_transaction_metadata"
    ENABLE_MULTIFACTOR = "enable_multifactor"
    CHALLENGE_WITH = "challenge_with"
    CHALLENGE_WITH_ANY = "challenge_with_any"
    ENROLL_WITH = "enroll_with"
    ENROLL_WITH_ANY = "enroll_with_any"


METADATA_KINDS: Final = frozenset({CommandKind.SET_APP_METADATA, CommandKind.SET_USER_METADATA})

SHOWN_KINDS: Final = METADATA_KINDS | {CommandKind.SET_TRANSACTION_METADATA}
"""The commands whose effect later actions of the flow see in their event."""

COMMANDS: Final[Mapping[Trigger, frozenset[CommandKind]]] = MappingProxyType(
    {
        Trigger.POST_LOGIN: frozenset(CommandKind),
        Trigger.PRE_USER_REGISTRATION: METADATA_KINDS,
    }
)
"""Which commands each trigger allows; held by the facade and again by the server's acceptance."""

HANDLERS: Final[Mapping[Trigger, tuple[str, str]]] = MappingProxyType(
    {
        Trigger.POST_LOGIN: ("onExecutePostLogin", "on_execute_post_login"),
        Trigger.PRE_USER_REGISTRATION: ("onExecutePreUserRegistration", "on_execute_pre_user_registration"),
    }
)
"""The two spellings under which a trigger looks for its handler."""

RESTRICTED_CLAIMS: Final = frozenset(
    "acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty "
    "dest entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act "
    "mky nbf nonce object_id org_id org_name orig origid permissions roles rph s_hash scope sid sip_callid "
    "sip_cseq_num sip_date sip_from_tag sip_via_branch sub sub_jwk toe txn typ uuid vot vtm x5t#S256".split()
)
"""Claim names an action may not set (Auth0, "Create custom claims"; ``scope`` has calls of its own)."""

RESTRICTED_CLAIM_HOSTS: Final = ("auth0.com", "webtask.io", "webtask.run")
"""Hosts whose http(s) namespaces an action may not use in a claim name (Auth0, as above)."""

RESERVED_APP_METADATA: Final = frozenset(
    "__tenant _id blocked clientID created_at email_verified email globalClientID global_client_id identities "
    "lastIP lastLogin loginsCount metadata multifactor_last_modified multifactor updated_at user_id".split()
)
"""Top-level keys of app metadata that belong to the auth server (Auth0, "Metadata field names")."""

MULTIFACTOR_PROVIDERS: Final = frozenset({"any", "duo", "google-authenticator", "guardian", "none"})
"""What ``api.multifactor.enable`` takes as its provider (Auth0, post-login API object)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one execution may use; the defaults are the public contract's.

    Attributes:
        action_ms: Wall-clock milliseconds of one action.
        flow_ms: Wall-clock milliseconds of one flow.
        memory_bytes: Address space of a worker above the idle worker.
        commands: Commands of one execution.
        commands_bytes: Encoded bytes of all commands of one execution.
        log_bytes: UTF-8 bytes of all log lines of one execution; the rest is cut and said to be cut.
        user_metadata_bytes: Keys plus JSON values of the user metadata that one flow sets.
        app_metadata_bytes: The same for app metadata.
        claims_bytes: Names plus JSON values of the custom claims of one token.
        transaction_key_chars: Characters of a transaction metadata key.
        transaction_value_bytes: JSON bytes of one transaction metadata value.
        transaction_bytes: Keys plus JSON values of all transaction metadata.
        value_depth: Levels of nesting in one value.
    """

    action_ms: int = 1_000
    flow_ms: int = 3_000
    memory_bytes: int = 128 * 1024 * 1024
    commands: int = 1_000
    commands_bytes: int = 1024 * 1024
    log_bytes: int = 16 * 1024
    user_metadata_bytes: int = 32_000
    app_metadata_bytes: int = 32_000
    claims_bytes: int = 100_000
    transaction_key_chars: int = 64
    transaction_value_bytes: int = 8 * 1024
    transaction_bytes: int = 16 * 1024
    value_depth: int = 64


MAX_REQUEST_BYTES: Final = 16 * 1024 * 1024
"""Cap on a frame to a worker: the event, and the sources and secrets the worker has not seen yet."""

MAX_REPLY_BYTES: Final = 2 * 1024 * 1024
"""Cap on a frame from a worker; commands, logs and errors of a whole flow fit by the limits above."""

FLOOR: Final = ("own-process", "rlimits", "seccomp", "landlock")
"""Sandbox layers without which a server on Linux refuses to start; Landlock only where the kernel has it."""

SOURCE_BYTES: Final = 100_000
"""UTF-8 bytes of one action's source (Auth0 allows 100 kB)."""

CODE_BYTES: Final = 512 * 1024
"""Bytes of one action's compiled code that are kept for later workers; more is compiled anew by each."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One reason why a source is refused, told to its author.

    Attributes:
        rule: Stable name of the rule, e.g. ``import-not-allowed``.
        message: What is wrong, one sentence.
        hint: What to write instead; empty when there is nothing to add.
        line: 1-based line in the author's source; 0 when the source as a whole is meant.
        column: 1-based column in characters; 0 when the line as a whole is meant.
        source_line: The author's line, cut to 200 characters.
    """

    rule: str
    message: str
    hint: str = ""
    line: int = 0
    column: int = 0
    source_line: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """An immutable version as a worker needs it.

    Attributes:
        key: Opaque id, unique in the tenant for ever; the worker's cache key.
        action: The action's name, also the file name in errors (``<action>.py``).
        number: The version's number; 0 for a draft under test.
        source: The author's Python.
        secrets: This action's own secrets.
        code: What a worker made of the source that only compiled it, opaque to the server; empty when every worker
            compiles for itself.
    """

    key: str
    action: str
    number: int
    source: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    code: bytes = field(default=b"", repr=False)


class Step(NamedTuple):
    """One place in a flow: a version and what happens when it fails."""

    key: str
    on_error: OnError = OnError.DENY


class RunRequest(NamedTuple):
    """A whole flow for one event, as it goes down to a worker in one frame.

    Attributes:
        sequence: Number of the execution on this socket, chosen by the server, never reused.
        trigger: The trigger whose handlers are called.
        event: The validated event, ``marshal``-encoded; decoded afresh for each action.
        steps: The flow in order.
        versions: Those versions of the steps which this worker has not been sent before.
        prior: Bodies of the commands of actions that already ran elsewhere, in recorded order.
        limits: What the execution may use.
    """

    sequence: int
    trigger: Trigger
    event: bytes
    steps: tuple[Step, ...]
    versions: tuple[Version, ...] = ()
    prior: tuple[dict[str, Any], ...] = ()
    limits: Limits = Limits()


class CheckRequest(NamedTuple):
    """A source to compile and judge without running it.

    Attributes:
        sequence: Number of the request on this socket, like an execution's.
        trigger: The trigger whose handler the source must have.
        action: Names the file in messages.
        source: The author's Python.
        limits: What compiling may use.
        wants_code: Whether the answer is to carry the compiled code as well.
    """

    sequence: int
    trigger: Trigger
    action: str
    source: str
    limits: Limits = Limits()
    wants_code: bool = False


JSON = Any
"""A value that JSON can carry."""
