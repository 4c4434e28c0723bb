"""What an auth server makes of a command list, as far as a demo has to show it.

Runs in: developer's machine.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Account:
    """A user's metadata and the claims of the tokens that are about to be issued.

    Attributes:
        app_metadata: What users cannot edit.
        user_metadata: What users can edit.
        access_token: Custom claims of the access token.
        id_token: Custom claims of the ID token.
    """

    app_metadata: dict[str, Any] = field(default_factory=dict)
    user_metadata: dict[str, Any] = field(default_factory=dict)
    access_token: dict[str, Any] = field(default_factory=dict)
    id_token: dict[str, Any] = field(default_factory=dict)


def apply_commands(account: Account, commands: Iterable[dict[str, Any]]) -> None:
    """Apply commands of :func:`actions_sdk.client.read_command` in order.

    A metadata command replaces its top-level key whole, and null removes it; a claim of null is a claim.

    Raises:
        ValueError: A command is none of metadata and claims. Nothing was applied then.
    """
    writes = [_locate(account, command) for command in commands]
    for target, key, value, removable in writes:
        if removable and value is None:
            target.pop(key, None)
        else:
            target[key] = value


def _locate(account: Account, command: dict[str, Any]) -> tuple[dict[str, Any], str, Any, bool]:
    kind = command["kind"]
    if kind == "set_app_metadata":
        return account.app_metadata, command["key"], command["value"], True
    if kind == "set_user_metadata":
        return account.user_metadata, command["key"], command["value"], True
    if kind == "set_custom_claim":
        claims = {"access": account.access_token, "id": account.id_token}[command["token"]]
        return claims, command["name"], command["value"], False
    raise ValueError(f"this account knows no command {kind}")
