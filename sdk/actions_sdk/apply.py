"""What an auth server makes of an answer: the reference for every implementation of it.

Runs in: developer's machine.

:func:`apply` is pure. ``proto/CONFORMANCE.md`` says the same in words, and ``proto/conformance`` in vectors that an
implementation in any language can be held against. Every command is judged again by the rules of the server, since
an auth server has the last word on what it writes.
"""

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from actions_runtime.commands import Acceptance, ReplyRefused
from actions_runtime.errors import InvalidArgument
from actions_runtime.events import parse_json
from actions_runtime.execution import Decision
from actions_sandbox.contract import SHOWN_KINDS, CommandKind, Limits, Trigger
from actions_sdk.commands import Command, is_same_json

_ALLOWED: Final[Mapping[tuple[Trigger, Decision], frozenset[CommandKind] | None]] = MappingProxyType(
    {
        (Trigger.POST_LOGIN, Decision.CONTINUE): None,
        (Trigger.POST_LOGIN, Decision.DENY): SHOWN_KINDS,
        (Trigger.POST_LOGIN, Decision.FAIL): frozenset(),
        (Trigger.PRE_USER_REGISTRATION, Decision.CONTINUE): None,
        (Trigger.PRE_USER_REGISTRATION, Decision.DENY): frozenset(),
        (Trigger.PRE_USER_REGISTRATION, Decision.FAIL): frozenset(),
    }
)
"""The kinds of command that an answer of this decision may hold; None for all that the trigger has."""


class CommandsRefused(ValueError):
    """Raised when a list of commands must not be applied, not even in part.

    Args:
        reason: One sentence.
        index: Place in the list of the first command at fault, from 0.
    """

    def __init__(self, reason: str, index: int) -> None:
        super().__init__(f"command {index}: {reason}")
        self.reason = reason
        self.index = index


@dataclass(slots=True)
class Token:
    """What actions decide of a token.

    Attributes:
        claims: Custom claims.
        scopes: Granted scopes; of the access token only.
    """

    claims: dict[str, Any] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that are about to be issued.

    Attributes:
        access: The access token.
        id: The ID token.
    """

    access: Token = field(default_factory=Token)
    id: Token = field(default_factory=Token)


@dataclass(frozen=True, slots=True)
class State:
    """What an answer is applied to.

    Attributes:
        user: The user's profile, with ``app_metadata`` and ``user_metadata`` where there are any.
        tokens: The tokens about to be issued; None when none will be.
        transaction: The transaction: ``metadata``; ``multifactor`` (provider and options of the last request);
            ``steps`` (the challenges and enrollments that the user has to pass, in order).
    """

    user: dict[str, Any] = field(default_factory=dict)
    tokens: Tokens | None = field(default_factory=Tokens)
    transaction: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_event(cls, trigger: Trigger, event: Mapping[str, Any]) -> "State":
        """Return the state that an event tells of.

        Args:
            trigger: The event's trigger; at registration there are no tokens.
            event: A parsed event. The scopes are those that the application asked for.
        """
        transaction = event.get("transaction") or {}
        scopes = frozenset(transaction.get("requested_scopes") or ())
        tokens = Tokens(access=Token(scopes=scopes)) if trigger is Trigger.POST_LOGIN else None
        metadata = copy.deepcopy(transaction.get("metadata") or {})
        return cls(copy.deepcopy(event.get("user") or {}), tokens, {"metadata": metadata})


def apply(
    state: State,
    commands: Iterable[Command | Mapping[str, Any]],
    *,
    decision: Decision = Decision.CONTINUE,
    trigger: Trigger = Trigger.POST_LOGIN,
    limits: Limits | None = None,
) -> State:
    """Apply an answer: all of its commands, in order, or none.

    Args:
        state: What is known before; it is not changed.
        commands: The answer's commands: objects of :mod:`actions_sdk.commands`, bodies with JSON text, or the plain
            facts of ``actions_sdk.messages.read_command``.
        decision: The answer's decision; on ``DENY`` and ``FAIL`` no token is issued.
        trigger: The trigger.
        limits: The limits of the execution; the defaults when omitted.

    Returns:
        What holds afterwards.

    Raises:
        CommandsRefused: A command is unknown, malformed, reserved, over a limit, or not allowed at this trigger or
            beside this decision. Nothing is applied then.
    """
    bodies = [_read_body(command) for command in commands]
    _judge(bodies, trigger, decision, limits or Limits())
    after = copy.deepcopy(state)
    for body in bodies:
        _APPLIERS[CommandKind(body["kind"])](after, body)
    return after if decision is Decision.CONTINUE else replace(after, tokens=None)


def is_same_state(left: State, right: State) -> bool:
    """Tell whether two states are the same JSON: 1 is neither 1.0 nor true; scopes are sets."""
    return is_same_json(_to_plain(left), _to_plain(right))


def _to_plain(state: State) -> list[Any]:
    tokens = state.tokens and [[one.claims, *sorted(one.scopes)] for one in (state.tokens.access, state.tokens.id)]
    return [state.user, tokens, state.transaction]


def _read_body(command: Command | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(command, Command):
        return command.to_body()
    return _encode_facts({name: value for name, value in command.items() if name not in ("action", "version")})


def _encode_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Put parsed values back into JSON text, under the names that messages have."""
    encoded: dict[str, Any] = {}
    for name, value in facts.items():
        if name in ("value", "options"):
            encoded[f"{name}_json"] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        elif isinstance(value, Mapping):
            encoded[name] = _encode_facts(value)
        elif isinstance(value, list | tuple):
            encoded[name] = [_encode_facts(one) if isinstance(one, Mapping) else one for one in value]
        else:
            encoded[name] = str(value) if isinstance(value, str) else value
    return encoded


def _judge(bodies: list[dict[str, Any]], trigger: Trigger, decision: Decision, limits: Limits) -> None:
    """Hold every command against the rules of the server and against the decision."""
    acceptance = Acceptance(trigger, limits)
    allowed = _ALLOWED[trigger, decision]
    for index, body in enumerate(bodies):
        try:
            acceptance.accept_step(_write_step(body, limits))
        except (ReplyRefused, InvalidArgument) as refused:
            raise CommandsRefused(str(refused).removeprefix("commands.0."), index) from None
        if allowed is not None and body["kind"] not in allowed:
            raise CommandsRefused(f"{body['kind']} has no place beside the decision {decision}", index)


def _write_step(body: Mapping[str, Any], limits: Limits) -> bytes:
    """Write a command as a worker's answer has it, with its value as JSON inside the JSON.

    Raises:
        InvalidArgument: The value is no JSON text that every reader understands alike.
    """
    facts = {name: value for name, value in body.items() if name != "value_json"}
    text = body.get("value_json")
    command = json.dumps(facts)
    if isinstance(text, str):
        parse_json(text, root="value", max_bytes=limits.commands_bytes, max_depth=limits.value_depth)
        command = f'{command[:-1]}, "value": {text}}}'
    return json.dumps(_ENDED).replace("[]", f"[{command}]", 1).encode(errors="surrogatepass")


_ENDED: Final[Mapping[str, Any]] = {
    "commands": [],
    "outcome": "COMPLETED",
    "duration_us": 0,
    "denial": None,
    "error": None,
    "logs": [],
    "logs_truncated": False,
}
"""The result of a step, as far as its commands need one around them."""


def _set_key(owner: dict[str, Any], name: str, body: Mapping[str, Any]) -> None:
    """Replace a top-level key whole; null removes it. Metadata that is missing or null is made when it is needed."""
    value = json.loads(body["value_json"])
    target = owner.get(name)
    if value is None:
        if target:
            target.pop(body["key"], None)
    elif target is None:
        owner[name] = {body["key"]: value}
    else:
        target[body["key"]] = value


def _set_claim(state: State, body: Mapping[str, Any]) -> None:
    if state.tokens is not None:
        token = state.tokens.access if body["token"] == "access" else state.tokens.id  # noqa: S105 - a token's kind
        token.claims[body["name"]] = json.loads(body["value_json"])


def _change_scope(state: State, body: Mapping[str, Any]) -> None:
    if state.tokens is not None:
        access = state.tokens.access
        change = access.scopes.union if body["kind"] == CommandKind.ADD_SCOPE else access.scopes.difference
        access.scopes = change({body["scope"]})


def _enable_multifactor(state: State, body: Mapping[str, Any]) -> None:
    state.transaction["multifactor"] = _decode_facts(body)


def _add_step(state: State, body: Mapping[str, Any]) -> None:
    steps = state.transaction.get("steps") or []
    state.transaction["steps"] = [*steps, {"kind": body["kind"]} | _decode_facts(body)]


def _decode_facts(body: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in body.items():
        if name.endswith("_json"):
            facts[name.removesuffix("_json")] = json.loads(value)
        elif isinstance(value, Mapping):
            facts[name] = _decode_facts(value)
        elif isinstance(value, list):
            facts[name] = [_decode_facts(one) for one in value]
        elif name != "kind":
            facts[name] = value
    return facts


_APPLIERS: Final[Mapping[CommandKind, Callable[[State, Mapping[str, Any]], None]]] = MappingProxyType(
    {
        CommandKind.SET_APP_METADATA: lambda state, body: _set_key(state.user, "app_metadata", body),
        CommandKind.SET_USER_METADATA: lambda state, body: _set_key(state.user, "user_metadata", body),
        CommandKind.SET_CUSTOM_CLAIM: _set_claim,
        CommandKind.ADD_SCOPE: _change_scope,
        CommandKind.REMOVE_SCOPE: _change_scope,
        CommandKind.SET_TRANSACTION_METADATA: lambda state, body: _set_key(state.transaction, "metadata", body),
        CommandKind.ENABLE_MULTIFACTOR: _enable_multifactor,
        CommandKind.CHALLENGE_WITH: _add_step,
        CommandKind.CHALLENGE_WITH_ANY: _add_step,
        CommandKind.ENROLL_WITH: _add_step,
        CommandKind.ENROLL_WITH_ANY: _add_step,
    }
)
"""What each kind does; a test fails for a kind without one."""
