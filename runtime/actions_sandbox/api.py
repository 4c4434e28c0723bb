"""The ``api`` facade: what an action may ask for. It only records; the auth server carries out.

Runs in: worker / developer's machine.

One class for each namespace. Every call exists under its Auth0 name and its snake_case twin and returns ``api``,
so that calls chain. A call that a trigger does not have is refused with a sentence that says so.
"""

from typing import Any, ClassVar, Final

from actions_sandbox.contract import CommandKind, Limits, Trigger
from actions_sandbox.event import find_object, set_key
from actions_sandbox.policy import Facade
from actions_sandbox.recorder import Recorder, read_text
from actions_sandbox.rules import (
    FACTOR_TYPE_CHARS,
    FACTORS,
    KEY_CHARS,
    refuse_claim_name,
    refuse_metadata_key,
    refuse_provider,
    refuse_scope,
    refuse_transaction_key,
)

_REFUSAL: Final = "api cannot be changed: call its methods"


class _Namespace(Facade):
    """A part of the facade; knows the recorder and the api to return."""

    __slots__ = ("_api", "_recorder")
    refusal: ClassVar[str] = _REFUSAL

    def __init__(self, api: "Api", recorder: Recorder) -> None:
        self._api = api
        self._recorder = recorder

    def _missing(self, name: str) -> str:
        return f"{self.title} has no {name!r}; it has: {', '.join(sorted(self.public))}"


class User(_Namespace):
    """``api.user``: the metadata of the user's account."""

    __slots__ = ()
    title: ClassVar[str] = "api.user"
    public: ClassVar[frozenset[str]] = frozenset(
        {"setAppMetadata", "setUserMetadata", "set_app_metadata", "set_user_metadata"}
    )

    def set_app_metadata(self, key: Any, value: Any) -> "Api":
        """Replace a top-level key of the app metadata whole; ``None`` removes it."""
        return self._set(CommandKind.SET_APP_METADATA, key, value)

    def set_user_metadata(self, key: Any, value: Any) -> "Api":
        """Replace a top-level key of the user metadata whole; ``None`` removes it."""
        return self._set(CommandKind.SET_USER_METADATA, key, value)

    def _set(self, kind: CommandKind, key: Any, value: Any) -> "Api":
        key = read_text(key, "a metadata key", KEY_CHARS)
        _hold(refuse_metadata_key(kind, key))
        self._recorder.record(
            {"kind": kind.value, "key": key, "value_json": self._recorder.encode(value, f"value of {key!r}")}
        )
        return self._api

    setAppMetadata = set_app_metadata
    setUserMetadata = set_user_metadata


class _TokenNamespace(_Namespace):
    """What both tokens have in common: custom claims."""

    __slots__ = ()
    token: ClassVar[str] = ""

    def set_custom_claim(self, name: Any, value: Any) -> "Api":
        """Set a claim of the token; ``None`` is a claim with the value null."""
        name = read_text(name, "a claim name", KEY_CHARS)
        _hold(refuse_claim_name(name))
        value_json = self._recorder.encode(value, f"value of {name!r}")
        kind = CommandKind.SET_CUSTOM_CLAIM.value
        self._recorder.record({"kind": kind, "token": self.token, "name": name, "value_json": value_json})
        return self._api

    setCustomClaim = set_custom_claim


class IdToken(_TokenNamespace):
    """``api.idToken``."""

    __slots__ = ()
    token: ClassVar[str] = "id"
    title: ClassVar[str] = "api.idToken"
    public: ClassVar[frozenset[str]] = frozenset({"setCustomClaim", "set_custom_claim"})

    def _missing(self, name: str) -> str:
        if name in ("addScope", "add_scope", "removeScope", "remove_scope"):
            return "scopes belong to the access token: use api.accessToken"
        return super()._missing(name)


class AccessToken(_TokenNamespace):
    """``api.accessToken``."""

    __slots__ = ()
    token: ClassVar[str] = "access"
    title: ClassVar[str] = "api.accessToken"
    public: ClassVar[frozenset[str]] = IdToken.public | {
        "addScope",
        "add_scope",
        "removeScope",
        "remove_scope",
    }

    def add_scope(self, scope: Any) -> "Api":
        """Add a scope to the access token."""
        return self._scope(CommandKind.ADD_SCOPE, scope)

    def remove_scope(self, scope: Any) -> "Api":
        """Remove a scope from the access token."""
        return self._scope(CommandKind.REMOVE_SCOPE, scope)

    def _scope(self, kind: CommandKind, scope: Any) -> "Api":
        scope = read_text(scope, "a scope", KEY_CHARS)
        _hold(refuse_scope(scope))
        self._recorder.record({"kind": kind.value, "scope": scope})
        return self._api

    addScope = add_scope
    removeScope = remove_scope


class Access(_Namespace):
    """``api.access``: whether the user may go on."""

    __slots__ = ()
    title: ClassVar[str] = "api.access"
    public: ClassVar[frozenset[str]] = frozenset({"deny"})

    def deny(self, reason: Any, user_message: Any = None) -> "Api":
        """Refuse the user; the rest of this script still runs, later actions do not.

        Args:
            reason: For the tenant's logs, at most 1 000 characters.
            user_message: What the end user may be shown; nothing when left out.
        """
        reason = read_text(reason, "the reason of a denial")
        message = "" if user_message is None else read_text(user_message, "the user message of a denial")
        self._recorder.deny("access_denied", reason, message)
        return self._api


class Validation(_Namespace):
    """``api.validation``: errors that the end user can mend."""

    __slots__ = ()
    title: ClassVar[str] = "api.validation"
    public: ClassVar[frozenset[str]] = frozenset({"error"})

    def error(self, code: Any, message: Any) -> "Api":
        """Refuse the user with a code and a message for the end user."""
        code = read_text(code, "the code of a validation error", KEY_CHARS)
        message = read_text(message, "the message of a validation error")
        self._recorder.deny(code, message, message)
        return self._api


class Transaction(_Namespace):
    """``api.transaction``: facts about this login, gone with it."""

    __slots__ = ("_data", "_limits")
    title: ClassVar[str] = "api.transaction"
    public: ClassVar[frozenset[str]] = frozenset({"setMetadata", "set_metadata"})

    def __init__(self, api: "Api", recorder: Recorder, data: dict[str, Any], limits: Limits) -> None:
        super().__init__(api, recorder)
        self._data = data
        self._limits = limits

    def set_metadata(self, key: Any, value: Any) -> "Api":
        """Set a key to text, a number or a boolean, visible at once; ``None`` removes it."""
        key = read_text(key, "a transaction metadata key", KEY_CHARS)
        _hold(refuse_transaction_key(key, self._limits))
        if value is not None and type(value) not in (str, int, float, bool):
            raise TypeError(f"value of {key!r}: transaction metadata takes text, numbers and booleans")
        value_json = self._recorder.encode(value, f"value of {key!r}")
        most = self._limits.transaction_value_bytes
        if len(value_json.encode()) > most:
            raise ValueError(f"value of {key!r}: a transaction metadata value may have {most} bytes")
        kind = CommandKind.SET_TRANSACTION_METADATA.value
        self._recorder.record({"kind": kind, "key": key, "value_json": value_json})
        set_key(find_object(self._data, "transaction", "metadata"), key, value)
        return self._api

    setMetadata = set_metadata


class Multifactor(_Namespace):
    """``api.multifactor``: a second factor at the end of the flow."""

    __slots__ = ()
    title: ClassVar[str] = "api.multifactor"
    public: ClassVar[frozenset[str]] = frozenset({"enable"})

    def enable(self, provider: Any, options: Any = None) -> "Api":
        """Ask for a second factor."""
        provider = read_text(provider, "the multifactor provider", KEY_CHARS)
        _hold(refuse_provider(provider))
        options_json = _encode_options(self._recorder, options)
        kind = CommandKind.ENABLE_MULTIFACTOR.value
        self._recorder.record({"kind": kind, "provider": provider, "options_json": options_json})
        return self._api


class Authentication(_Namespace):
    """``api.authentication``: challenge the user with a factor, or enroll the user in one."""

    __slots__ = ()
    title: ClassVar[str] = "api.authentication"
    public: ClassVar[frozenset[str]] = frozenset(
        "challengeWith challenge_with challengeWithAny challenge_with_any enrollWith enroll_with enrollWithAny "
        "enroll_with_any".split()
    )

    def challenge_with(self, factor: Any, options: Any = None) -> "Api":
        """Challenge with a factor, e.g. ``{"type": "otp"}``; ``options`` may name ``additionalFactors``."""
        return self._one(CommandKind.CHALLENGE_WITH, factor, options)

    def challenge_with_any(self, factors: Any) -> "Api":
        """Challenge with one of several factors, at the user's choice."""
        return self._any(CommandKind.CHALLENGE_WITH_ANY, factors)

    def enroll_with(self, factor: Any, options: Any = None) -> "Api":
        """Enroll the user in a factor; ``options`` may name ``additionalFactors``."""
        return self._one(CommandKind.ENROLL_WITH, factor, options)

    def enroll_with_any(self, factors: Any) -> "Api":
        """Enroll the user in one of several factors, at the user's choice."""
        return self._any(CommandKind.ENROLL_WITH_ANY, factors)

    def _one(self, kind: CommandKind, factor: Any, options: Any) -> "Api":
        additional = _read_additional(options)
        if len(additional) >= FACTORS:
            raise ValueError(f"at most {FACTORS} factors are allowed in one call")
        self._recorder.record(
            {
                "kind": kind.value,
                "factor": _encode_factor(self._recorder, factor),
                "additional_factors": [_encode_factor(self._recorder, one) for one in additional],
            }
        )
        return self._api

    def _any(self, kind: CommandKind, factors: Any) -> "Api":
        if type(factors) not in (list, tuple) or not 0 < len(factors) <= FACTORS:
            raise ValueError(f"factors must be a list of 1 to {FACTORS} factors")
        encoded = [_encode_factor(self._recorder, factor) for factor in factors]
        self._recorder.record({"kind": kind.value, "factors": encoded})
        return self._api

    challengeWith = challenge_with
    challengeWithAny = challenge_with_any
    enrollWith = enroll_with
    enrollWithAny = enroll_with_any


class Api(Facade):
    """What the facades of both triggers share; never handed out itself."""

    __slots__ = ("access", "user", "validation")
    title: ClassVar[str] = "api"
    refusal: ClassVar[str] = _REFUSAL
    trigger: ClassVar[Trigger]

    def __init__(self, recorder: Recorder) -> None:
        self.access = Access(self, recorder)
        self.user = User(self, recorder)
        self.validation = Validation(self, recorder)

    def _missing(self, name: str) -> str:
        if name in PostLoginApi.public:
            return f"api.{name} does not exist at {self.trigger}; it is part of {Trigger.POST_LOGIN}"
        return f"api has no {name!r}; it has: {', '.join(sorted(self.public))}"


class PreUserRegistrationApi(Api):
    """``api`` before a user is registered."""

    __slots__ = ()
    trigger: ClassVar[Trigger] = Trigger.PRE_USER_REGISTRATION
    public: ClassVar[frozenset[str]] = frozenset({"access", "user", "validation"})


class PostLoginApi(Api):
    """``api`` after a login, before tokens are issued."""

    __slots__ = (
        "accessToken",
        "access_token",
        "authentication",
        "idToken",
        "id_token",
        "multifactor",
        "transaction",
    )
    trigger: ClassVar[Trigger] = Trigger.POST_LOGIN
    public: ClassVar[frozenset[str]] = PreUserRegistrationApi.public | set(__slots__)

    def __init__(self, recorder: Recorder, data: dict[str, Any], limits: Limits) -> None:
        super().__init__(recorder)
        self.accessToken = self.access_token = AccessToken(self, recorder)
        self.idToken = self.id_token = IdToken(self, recorder)
        self.authentication = Authentication(self, recorder)
        self.multifactor = Multifactor(self, recorder)
        self.transaction = Transaction(self, recorder, data, limits)


def build_api(trigger: Trigger, recorder: Recorder, data: dict[str, Any], limits: Limits) -> Api:
    """Build the facade of a trigger.

    Args:
        trigger: The trigger.
        recorder: Where calls are recorded.
        data: The event's data, in which transaction metadata shows at once.
        limits: The execution's limits.
    """
    if trigger is Trigger.POST_LOGIN:
        return PostLoginApi(recorder, data, limits)
    return PreUserRegistrationApi(recorder)


def _hold(refusal: str) -> None:
    if refusal:
        raise ValueError(refusal)


def _encode_options(recorder: Recorder, options: Any) -> str:
    if options is None:
        return "{}"
    if type(options) is not dict:
        raise TypeError("options must be a dict")
    return recorder.encode(options, "options")


def _encode_factor(recorder: Recorder, factor: Any) -> dict[str, str]:
    if type(factor) is not dict or "type" not in factor:
        raise TypeError('a factor is a dict with a "type", e.g. {"type": "otp"}')
    if not factor.keys() <= {"type", "options"}:
        raise ValueError('a factor has a "type" and "options", nothing else')
    kind = read_text(factor["type"], "a factor's type", FACTOR_TYPE_CHARS)
    return {"type": kind, "options_json": _encode_options(recorder, factor.get("options"))}


def _read_additional(options: Any) -> list[Any]:
    if options is None:
        return []
    if type(options) is not dict:
        raise TypeError("options must be a dict")
    if not options.keys() <= {"additionalFactors", "additional_factors"}:
        raise ValueError("options may hold additionalFactors, nothing else")
    additional: Any = options.get("additionalFactors", options.get("additional_factors", []))
    if type(additional) is not list and type(additional) is not tuple:
        raise TypeError("additionalFactors must be a list of factors")
    return list(additional)
