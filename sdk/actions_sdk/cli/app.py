"""Puts the command line together.

Runs in: developer's machine.
"""

from importlib.metadata import version
from typing import Annotated

import typer

from actions_sdk.cli import bind, deploy, push, trigger
from actions_sdk.cli.session import connected

app = typer.Typer(
    name="actions",
    help="Write, deploy and bind Python actions that run at sign-up and login.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
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
    """Write, deploy and bind Python actions that run at sign-up and login."""


app.command("push")(connected(push.push))
app.command("deploy")(connected(deploy.deploy))
app.command("bind")(connected(bind.bind))
app.command("trigger")(connected(trigger.trigger))
