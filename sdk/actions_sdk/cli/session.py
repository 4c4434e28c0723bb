"""How the server is found, which all commands share that call one.

Runs in: developer's machine.
"""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Concatenate, Final, ParamSpec

import typer

from actions_sdk.cli.answers import AS_JSON, Answer, add_options, give, refuse
from actions_sdk.cli.credentials import Credentials, read_credentials
from actions_sdk.cli.problems import Problem, explain
from actions_sdk.client import ActionsClient, Connection
from actions_sdk.refusals import ActionsClientError

DEFAULT_SERVER: Final = "127.0.0.1:50051"
"""Where ``actions-runtime serve`` listens when nothing else is said."""

_PANEL: Final = "Connection"
_OPTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "server": (
        Annotated[
            str | None,
            typer.Option(
                envvar="ACTIONS_SERVER",
                metavar="HOST:PORT",
                help=f"The server; when omitted, the one of `actions login`, else {DEFAULT_SERVER}.",
                rich_help_panel=_PANEL,
            ),
        ],
        None,
    ),
    "key_file": (
        Annotated[
            Path | None,
            typer.Option(
                help="File holding the API key; ACTIONS_API_KEY holds it otherwise. There is no option for "
                "the key itself: a shell would remember it and every process could read it.",
                exists=True,
                dir_okay=False,
                rich_help_panel=_PANEL,
            ),
        ],
        None,
    ),
    "ca_file": (
        Annotated[
            Path | None,
            typer.Option(
                envvar="ACTIONS_CA_FILE",
                help="PEM file of the authority that vouches for the server.",
                exists=True,
                dir_okay=False,
                rich_help_panel=_PANEL,
            ),
        ],
        None,
    ),
    "insecure_plaintext": (
        Annotated[
            bool,
            typer.Option(
                "--insecure-plaintext",
                help="Speak without TLS to another machine; whoever listens on the way reads the key.",
                rich_help_panel=_PANEL,
            ),
        ],
        False,
    ),
    "timeout": (
        Annotated[
            float,
            typer.Option(min=0.1, metavar="SECONDS", help="Time for each call.", rich_help_panel=_PANEL),
        ],
        10.0,
    ),
    "as_json": (AS_JSON, False),
}


Arguments = ParamSpec("Arguments")


def connected(command: Callable[Concatenate[ActionsClient, Arguments], Answer]) -> Callable[..., None]:
    """Give a command the options of a connection, and print what it answers.

    Args:
        command: Takes a client and its own parameters, annotated for typer.

    Returns:
        A function for typer that exits with the answer's code.
    """

    @functools.wraps(command)
    def run(*_: Any, **arguments: Any) -> None:
        as_json = arguments.pop("as_json")
        options = {name: arguments.pop(name) for name in _OPTIONS if name != "as_json"}
        try:
            connection = _connect(**options)
            with ActionsClient(connection) as client:
                answer = command(client, **arguments)  # type: ignore[call-arg]
        except ActionsClientError as error:
            raise typer.Exit(refuse(explain(error), as_json)) from None
        except Problem as problem:
            raise typer.Exit(refuse(problem, as_json)) from None
        give(answer, as_json)
        raise typer.Exit(answer.exit_code)

    add_options(run, command, _OPTIONS, skip=1)
    return run


def _connect(
    server: str | None, key_file: Path | None, ca_file: Path | None, insecure_plaintext: bool, timeout: float
) -> Connection:
    # Whoever names both gets neither from what is stored, and no complaint about it.
    named = server is not None and (key_file is not None or "ACTIONS_API_KEY" in os.environ)
    stored = None if named else read_credentials()
    address = server or (stored.server if stored else DEFAULT_SERVER)
    # A stored key goes to the server that it was stored for and to no other.
    kept = stored if stored is not None and stored.server == address else Credentials(address)
    return make_connection(
        address,
        _read_key(key_file, kept.api_key),
        ca_file=ca_file or (Path(kept.ca_file) if kept.ca_file else None),
        plaintext=insecure_plaintext or kept.plaintext,
        timeout_s=timeout,
    )


def make_connection(
    server: str, api_key: str, *, ca_file: Path | None, plaintext: bool, timeout_s: float
) -> Connection:
    """Return a connection.

    Raises:
        typer.BadParameter: The server's address is not of the form ``host:port``.
    """
    try:
        return Connection(
            server, api_key=api_key, ca_file=ca_file, plaintext=True if plaintext else None, timeout_s=timeout_s
        )
    except ValueError as error:
        raise typer.BadParameter(f"{error}.", param_hint="--server") from None


def _read_key(key_file: Path | None, stored: str) -> str:
    if key_file is not None:
        return check_key(key_file.read_text(encoding="utf-8", errors="replace"), str(key_file))
    return check_key(os.environ.get("ACTIONS_API_KEY", "").strip() or stored, "ACTIONS_API_KEY")


def check_key(text: str, where: str) -> str:
    """Return an API key without the space around it.

    Raises:
        typer.BadParameter: It is none.
    """
    key = text.strip()
    if not key:
        raise typer.BadParameter(
            "there is no API key. Put it into ACTIONS_API_KEY or into a file named by --key-file, or store one with "
            "`actions login`; `actions-runtime serve` shows one at its first start.",
            param_hint=where,
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise typer.BadParameter("this is no API key: a key is one word of ASCII.", param_hint=where)
    return key
