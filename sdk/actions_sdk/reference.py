"""Writes the page of a trigger: every field of its event and every call of its ``api``.

Runs in: developer's machine.

Fields come from the models of the events and calls from their types; what a call records and how it is refused is
what the engine answers when the page is written.
"""

import inspect
import json
import re
import types
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from typing_extensions import is_typeddict

from actions_runtime.events import MAX_DEPTH, MAX_EVENT_BYTES
from actions_sandbox.contract import HANDLERS, Limits, Trigger
from actions_sdk.calls import EXAMPLES
from actions_sdk.events import PROFILES
from actions_sdk.events.members import ROOTS, find_shape, is_filled_in, list_members
from actions_sdk.harness import Result, make_action, run
from actions_sdk.types.api import Json, PostLoginApi, PreUserRegistrationApi

PAGES: Final[Mapping[Trigger, str]] = MappingProxyType(
    {Trigger.POST_LOGIN: "POST_LOGIN.md", Trigger.PRE_USER_REGISTRATION: "PRE_USER_REGISTRATION.md"}
)
"""File of each trigger's page."""

_APIS: Final = {Trigger.POST_LOGIN: PostLoginApi, Trigger.PRE_USER_REGISTRATION: PreUserRegistrationApi}
_WHEN: Final = {
    Trigger.POST_LOGIN: "Runs after a login succeeded and before its tokens are issued.",
    Trigger.PRE_USER_REGISTRATION: "Runs before a user is created; there is no `user_id` yet and no token.",
}
_DENIED: Final = {
    Trigger.POST_LOGIN: "A denied login keeps the metadata commands and issues no token.",
    Trigger.PRE_USER_REGISTRATION: "A denied registration keeps nothing.",
}
_TYPE_WORDS: Final = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}
_EVENT: Final = {
    Trigger.POST_LOGIN: PROFILES["returning_guest_with_cart"],
    Trigger.PRE_USER_REGISTRATION: PROFILES["new_guest"],
}


def render_page(trigger: Trigger) -> str:
    """Write a trigger's page as Markdown.

    Args:
        trigger: The trigger.
    """
    parts = [*_render_head(trigger), *_render_event(trigger), *_render_api(trigger), *_render_limits(trigger)]
    return "\n\n".join(parts) + "\n"


def try_call(trigger: Trigger, call: str) -> Result:
    """Run one line of an action and return what came of it.

    Args:
        trigger: Where the line is called.
        call: The line, e.g. ``api.access.deny("no")``.
    """
    handler = HANDLERS[trigger][1]
    action = make_action(f"def {handler}(event, api):\n    {call}\n", name="example")
    return run(action, _EVENT[trigger].build(1), trigger=trigger, mode="in-process")


def describe_answer(result: Result) -> str:
    """Write what a call recorded as JSON: its command, or its denial.

    Args:
        result: Of :func:`try_call`.
    """
    denial = result.denial
    if denial is not None:
        facts = {"code": denial.code, "reason": denial.reason, "user_message": denial.user_message}
        return json.dumps({"decision": result.decision.value, "denial": facts}, indent=2, ensure_ascii=False)
    return json.dumps(result.commands[0].to_body(), indent=2, ensure_ascii=False)


def list_calls(trigger: Trigger) -> dict[str, Any]:
    """Return every call of a trigger's ``api`` by namespace and name in snake_case.

    Args:
        trigger: The trigger.
    """
    found = {}
    for space, kind in get_type_hints(_APIS[trigger]).items():
        if space.islower():
            methods = vars(get_origin(kind) or kind)
            for name, method in methods.items():
                if inspect.isfunction(method) and name.islower() and not name.startswith("_"):
                    found[f"{space}.{name}"] = method
    return found


def _render_head(trigger: Trigger) -> Iterator[str]:
    camel, snake = HANDLERS[trigger]
    yield f"# {trigger.value}"
    yield "<!-- Generated from the models of the event and the types of api; do not edit, run `make proto`. -->"
    yield f"{_WHEN[trigger]} The handler is `{camel}(event, api)` or `{snake}(event, api)`, `def` or `async def`."
    yield (
        "- [The event](#the-event): what has happened; read-only.\n"
        "- [The api](#the-api): what the action may ask for; calls only record.\n"
        "- [Limits](#limits)"
    )


def _render_event(trigger: Trigger) -> Iterator[str]:
    yield "## The event"
    yield (
        'Documented objects are records: `event.user`, `event.user["email"]`, `event.user.get("email")`. A documented'
        " field that is absent is `None`, unless it says *always there*; a name that nobody documents raises"
        " AttributeError. Fields that only your auth server sends are read with `[...]` and `.get`. Free-form objects"
        ' are plain dicts: `event.user.app_metadata.get("plan")`. Writing to a record raises; changing a dict or list'
        " changes this action's copy alone."
    )
    places = _find_places(ROOTS[trigger])
    for shape, paths in places.items():
        yield f"### {shape.__name__}"
        yield f"{_say(shape.__doc__ or '')} At {', '.join(f'`{path}`' for path in paths)}."
        yield "\n".join(["| field | type | meaning |", "| --- | --- | --- |", *_render_fields(shape, trigger)])


def _find_places(root: Any) -> dict[Any, list[str]]:
    """Return the objects of an event in the order of a reader, each with the paths that lead to it."""
    places: dict[Any, list[str]] = {root: ["event"]}
    waiting = [root]
    while waiting:
        shape = waiting.pop(0)
        for member in list_members(shape).values():
            found = find_shape(member.hint)
            if found is None:
                continue
            path = f"{places[shape][0]}.{member.name}" + ("[…]" if found[1] else "")
            if found[0] not in places:
                waiting.append(found[0])
            places.setdefault(found[0], []).append(path)
    return places


def _render_fields(shape: Any, trigger: Trigger) -> Iterator[str]:
    for member in list_members(shape).values():
        always = ", always there" if member.required or is_filled_in(shape, member) else ""
        meaning = _say(member.description.removeprefix("Required. "))
        yield _render_row(f"`{member.name}`", f"{_name_kind(member.hint)}{always}", meaning)
    if shape is ROOTS[trigger]:
        meaning = "The action's own secrets: `event.secrets.NAME`. One that it does not have raises AttributeError."
        yield _render_row("`secrets`", "secrets, always there", meaning)


def _name_kind(hint: Any) -> str:
    """Name a field's type as an author reads it; a documented object by a link to it."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _name_kind(parts[0])
    if origin in (Union, types.UnionType):
        kinds = [part for part in parts if part is not type(None)]
        if float in kinds and int in kinds:
            kinds.remove(int)
        return " or ".join(_name_kind(part) for part in kinds)
    if origin is list:
        return f"list of {_name_kind(parts[0])}"
    if origin is dict:
        return "dict"
    if is_typeddict(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return "any JSON value" if hint is Any else _TYPE_WORDS[hint.__name__]


def _render_api(trigger: Trigger) -> Iterator[str]:
    yield "## The api"
    yield (
        "Every call has two spellings and returns `api`, so that calls chain. A value is copied at the call and has to"
        " be JSON: text, numbers, booleans, `None`, lists, tuples, and dicts whose keys are text. A refused call raises"
        " at its own line, records nothing, and may be caught."
    )
    for name, method in list_calls(trigger).items():
        yield from _render_call(trigger, name, method)
    yield "### print and console"
    yield (
        "`print(...)`, `console.log(...)`, `console.info(...)`, `console.warn(...)` and `console.error(...)` write log"
        f" lines of the result. Secrets are masked; one execution has {Limits().log_bytes >> 10} KiB of log, the rest"
        " is cut and said to be cut."
    )


def _render_call(trigger: Trigger, name: str, method: Any) -> Iterator[str]:
    parameters = list(inspect.signature(method).parameters.values())[1:]
    text, _, arguments = inspect.cleandoc(method.__doc__).partition("\nArgs:\n")
    yield f"### api.{name}"
    shown = ", ".join(one.name if one.default is one.empty else f"{one.name}=None" for one in parameters)
    camel = ".".join(_spell_camel(part) for part in name.split("."))
    also = f", also `api.{camel}`" if camel != name else ""
    yield f"`api.{name}({shown})`{also}. {_say(text)}"
    meanings = dict(re.findall(r"^    (\w+): ((?:.*\n?)(?:     +.*\n?)*)", arguments, re.MULTILINE))
    yield "\n".join(
        f"- `{one.name}`{_name_parameter(one.annotation)}: {_say(meanings[one.name])}" for one in parameters
    )
    example = EXAMPLES[name]
    yield f"```python\n{example.call}\n```"
    yield f"```json\n{describe_answer(try_call(trigger, example.call))}\n```"
    yield "\n".join(["| refused | with |", "| --- | --- |", *_render_refusals(trigger, example.refused)])


def _render_refusals(trigger: Trigger, calls: tuple[str, ...]) -> Iterator[str]:
    for call in calls:
        error = try_call(trigger, call).error
        if error is None:
            raise ValueError(f"{trigger.value}: {call} is not refused")
        yield _render_row(f"`{call}`", f"{error.type}: {error.message}")


def _name_parameter(hint: Any) -> str:
    if hint == Json:
        return " (any JSON value)"
    if get_origin(hint) is Literal:
        return f" ({', '.join(f'`{choice}`' for choice in get_args(hint))})"
    if hint is str or hint == str | None:
        return " (text)"
    return ""


def _render_limits(trigger: Trigger) -> Iterator[str]:
    limits = Limits()
    yield "## Limits"
    yield (
        "The defaults; your server may set others. A call that goes over one raises; an action that takes too long or"
        " too much memory is stopped. An action that raises or is stopped has failed: with `on_error` deny, the"
        " default, the whole flow fails and no command stands; with skip, its own commands are dropped."
        f" {_DENIED[trigger]}"
    )
    rows = [
        ("one action", f"{limits.action_ms:,} ms"),
        ("one flow, all its actions", f"{limits.flow_ms:,} ms, and never past the auth server's deadline"),
        ("memory", f"{limits.memory_bytes >> 20} MiB"),
        ("event", f"{MAX_EVENT_BYTES >> 10} KiB, {MAX_DEPTH} levels"),
        ("commands of one execution", f"{limits.commands:,}, {limits.commands_bytes >> 20} MiB together"),
        ("nesting of one value", f"{limits.value_depth} levels"),
        ("app metadata set by one flow", f"{limits.app_metadata_bytes:,} bytes"),
        ("user metadata set by one flow", f"{limits.user_metadata_bytes:,} bytes"),
    ]
    if trigger is Trigger.POST_LOGIN:
        rows.append(("custom claims of one token", f"{limits.claims_bytes:,} bytes"))
        rows.append(("transaction metadata, all", f"{limits.transaction_bytes:,} bytes"))
    yield "\n".join(["| what | most |", "| --- | --- |", *(_render_row(*row) for row in rows)])


def _render_row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _say(text: str) -> str:
    """Turn a docstring's words into one paragraph of Markdown."""
    return " ".join(text.replace("``", "`").split())


def _spell_camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
