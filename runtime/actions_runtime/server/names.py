"""Resource names: ``tenants/{tenant}/actions/{action}`` and the like, to and fro.

Runs in: server.

A name is taken apart by one table of patterns. ``tenants/-`` stands for the credential's own tenant, and
becomes the empty text that :meth:`Principal.tenant_for` knows.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from actions_runtime.errors import InvalidArgument, Violation
from actions_sandbox.contract import Trigger

_ID: Final = r"[a-z][a-z0-9-]{0,62}"
_TENANT: Final = rf"tenants/(?P<tenant>-|{_ID})"
_TRIGGERS: Final = "|".join(trigger.value for trigger in Trigger)


class _Form(NamedTuple):
    """One kind of resource name."""

    text: str
    pattern: re.Pattern[str]


_PARENT: Final = _Form("tenants/{tenant}", re.compile(_TENANT))
_ACTION: Final = _Form("tenants/{tenant}/actions/{action}", re.compile(rf"{_TENANT}/actions/(?P<action>{_ID})"))
_VERSION: Final = _Form(
    "tenants/{tenant}/actions/{action}/versions/{number}",
    re.compile(rf"{_TENANT}/actions/(?P<action>{_ID})/versions/(?P<number>[1-9][0-9]{{0,17}})"),
)
_BINDINGS: Final = _Form(
    "tenants/{tenant}/triggers/{trigger}/bindings",
    re.compile(rf"{_TENANT}/triggers/(?P<trigger>{_TRIGGERS})/bindings"),
)
_KEY: Final = _Form("tenants/{tenant}/apiKeys/{key}", re.compile(rf"{_TENANT}/apiKeys/(?P<key>[A-Za-z0-9_-]{{1,64}})"))


class ActionName(NamedTuple):
    """An action of a tenant; an empty tenant means the credential's own."""

    tenant: str
    action: str


class VersionName(NamedTuple):
    """A version of an action; an empty tenant means the credential's own."""

    tenant: str
    action: str
    number: int


class BindingsName(NamedTuple):
    """The bindings of a trigger; an empty tenant means the credential's own."""

    tenant: str
    trigger: Trigger


class KeyName(NamedTuple):
    """An API key; an empty tenant means the operator."""

    tenant: str
    key: str


def parse_tenant(text: str, field: str) -> str:
    """Read ``tenants/{tenant}``.

    Args:
        text: The name from the request.
        field: The request's field, for the refusal.

    Returns:
        The tenant's id; empty for ``tenants/-``.

    Raises:
        InvalidArgument: It has another form.
    """
    return _parse(text, field, _PARENT)["tenant"]


def parse_action(text: str, field: str) -> ActionName:
    """Read ``tenants/{tenant}/actions/{action}``; see :func:`parse_tenant`."""
    parts = _parse(text, field, _ACTION)
    return ActionName(parts["tenant"], parts["action"])


def parse_version(text: str, field: str) -> VersionName:
    """Read ``tenants/{tenant}/actions/{action}/versions/{number}``; see :func:`parse_tenant`."""
    parts = _parse(text, field, _VERSION)
    return VersionName(parts["tenant"], parts["action"], int(parts["number"]))


def parse_bindings(text: str, field: str) -> BindingsName:
    """Read ``tenants/{tenant}/triggers/{trigger}/bindings``; see :func:`parse_tenant`."""
    parts = _parse(text, field, _BINDINGS)
    return BindingsName(parts["tenant"], Trigger(parts["trigger"]))


def parse_key(text: str, field: str) -> KeyName:
    """Read ``tenants/{tenant}/apiKeys/{key}``; see :func:`parse_tenant`."""
    parts = _parse(text, field, _KEY)
    return KeyName(parts["tenant"], parts["key"])


def format_tenant(tenant: str | None) -> str:
    """Write ``tenants/{tenant}``, or ``tenants/-`` for the operator."""
    return f"tenants/{tenant or '-'}"


def format_action(tenant: str, action: str) -> str:
    """Write ``tenants/{tenant}/actions/{action}``."""
    return f"tenants/{tenant}/actions/{action}"


def format_version(tenant: str, action: str, number: int) -> str:
    """Write ``tenants/{tenant}/actions/{action}/versions/{number}``."""
    return f"tenants/{tenant}/actions/{action}/versions/{number}"


def format_bindings(tenant: str, trigger: Trigger) -> str:
    """Write ``tenants/{tenant}/triggers/{trigger}/bindings``."""
    return f"tenants/{tenant}/triggers/{trigger.value}/bindings"


def format_key(tenant: str | None, key: str) -> str:
    """Write ``tenants/{tenant}/apiKeys/{key}``, or ``tenants/-/apiKeys/{key}`` for a key of the operator."""
    return f"tenants/{tenant or '-'}/apiKeys/{key}"


def _parse(text: str, field: str, form: _Form) -> dict[str, str]:
    match = form.pattern.fullmatch(text)
    if match is None:
        problem = f"{text[:80]!r} is no such name" if text else "it is empty"
        expected = f"expected `{form.text}`"
        if form is _BINDINGS:
            expected += f" with one of {', '.join(trigger.value for trigger in Trigger)}"
        raise InvalidArgument(
            f"The field {field} does not name a resource: {problem}; {expected}.",
            [Violation(field, f"{problem}; {expected}.")],
        )
    parts = match.groupdict()
    if parts["tenant"] == "-":
        parts["tenant"] = ""
    return parts


@contextmanager
def fields_renamed(**fields: str) -> Iterator[None]:
    """Tell the caller of the request's fields where the rules have words of their own.

    Args:
        **fields: A rule's word to the request's field, e.g. ``name="action_id"``.
    """
    try:
        yield
    except InvalidArgument as error:
        error.violations = tuple(
            Violation(_rename(violation.field, fields), violation.description) for violation in error.violations
        )
        raise


def _rename(path: str, fields: dict[str, str]) -> str:
    first = re.split(r"[.\[]", path, maxsplit=1)[0]
    return fields.get(first, first) + path[len(first) :]
