"""Puts the command line together; a command's module is loaded when the command is called.

Runs in: developer's machine.
"""

from importlib import import_module
from importlib.metadata import version
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from actions_sdk.cli.answers import local

_LOCAL: Final = ("init", "run", "check", "test", "dev")
_CONNECTED: Final = MappingProxyType(
    {
        "push": "push",
        "diff": "diff",
        "deploy": "deploy",
        "bind": "bind",
        "trigger": "trigger",
        "versions": "versions",
        "rollback": "versions",
    }
)
"""Modules of the commands that call a server, in the order of an author's day."""

_SECRETS: Final = MappingProxyType({"list": "list_secrets", "set": "set_secrets", "remove": "remove_secrets"})
_NAMES: Final = (*_LOCAL, "login", *_CONNECTED, "secrets")
_FORWARD: Final = MappingProxyType({"ignore_unknown_options": True})


def _make_typer(**settings: Any) -> typer.Typer:
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False, **settings)


def _load(name: str) -> Any:
    made = _make_typer()
    if name in _CONNECTED:
        from actions_sdk.cli.session import connected

        module = import_module(f"actions_sdk.cli.{_CONNECTED[name]}")
        made.command(name)(connected(getattr(module, name)))
    elif name == "secrets":
        made = _load_secrets()
    else:
        # What pytest is told passes through unread.
        settings = dict(_FORWARD) if name == "test" else None
        module = import_module(f"actions_sdk.cli.{name}")
        made.command(name, context_settings=settings)(local(getattr(module, name)))
    return typer.main.get_command(made)


def _load_secrets() -> typer.Typer:
    from actions_sdk.cli.session import connected

    secrets = import_module("actions_sdk.cli.secrets")

    made = _make_typer(name="secrets", help="The secrets of an action's draft; values are never shown.")
    made.info.no_args_is_help = True
    for name, function in _SECRETS.items():
        made.command(name)(connected(getattr(secrets, function)))
    return made


class _Commands(TyperGroup):
    """Loads a command when it is asked for, so that one that needs no server does not wait for gRPC."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the framework's signature
        return list(_NAMES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the framework's signature
        # The names stand here for the suggestion that follows a typo.
        self.commands = dict.fromkeys(_NAMES, self)
        return _load(cmd_name) if cmd_name in _NAMES else None


app = typer.Typer(
    name="actions",
    help="Write, run, deploy and bind Python actions that run at sign-up and login.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    cls=_Commands,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("actions-runtime"))
        raise typer.Exit


@app.callback()
def start(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Write, run, deploy and bind Python actions that run at sign-up and login."""
