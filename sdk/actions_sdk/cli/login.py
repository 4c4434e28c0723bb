"""``actions login``: a server and a key, kept for this user.

Runs in: developer's machine.
"""

import getpass
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from actions_sandbox.contract import Trigger
from actions_sdk.cli.answers import Answer
from actions_sdk.cli.credentials import Credentials, write_credentials
from actions_sdk.cli.problems import Problem, explain
from actions_sdk.cli.session import DEFAULT_SERVER, check_key, make_connection
from actions_sdk.client import ActionsClient, Connection
from actions_sdk.refusals import ActionsClientError

_KEY_BYTES: Final = 10_000


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A login that was checked and kept.

    Attributes:
        server: The server's address.
        tenant: The tenant that the key belongs to; empty when the key may not read, so that it is not known.
        file: Where server and key are kept.
    """

    server: str
    tenant: str
    file: str


def check_login(connection: Connection) -> str:
    """Ask the server whether it knows the key.

    Returns:
        The key's tenant; empty when the key may not read, which a key for executions alone may not.

    Raises:
        ActionsClientError: The server does not know the key, or no server answers.
    """
    with ActionsClient(connection) as client:
        try:
            return client.get_bindings(Trigger.POST_LOGIN).name.split("/")[1]
        except ActionsClientError as error:
            if error.code == "PERMISSION_DENIED":
                return ""
            raise


def read_key(key_file: Path | None) -> str:
    """Return the key from its file, or from standard input, where a terminal asks for it without showing it.

    Raises:
        typer.BadParameter: It is no key.
    """
    if key_file is not None:
        return check_key(key_file.read_text(encoding="utf-8", errors="replace"), str(key_file))
    if sys.stdin.isatty():
        return check_key(getpass.getpass("API key: "), "standard input")
    return check_key(sys.stdin.read(_KEY_BYTES), "standard input")


def login(
    server: Annotated[
        str, typer.Option(envvar="ACTIONS_SERVER", metavar="HOST:PORT", help="The server.")
    ] = DEFAULT_SERVER,
    key_file: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="File holding the API key; standard input is read when omitted. There is no option for the key "
            "itself: a shell would remember it and every process could read it.",
        ),
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            envvar="ACTIONS_CA_FILE",
            exists=True,
            dir_okay=False,
            help="PEM file of the authority that vouches for the server.",
        ),
    ] = None,
    insecure_plaintext: Annotated[
        bool,
        typer.Option(
            "--insecure-plaintext",
            help="Speak without TLS to another machine; whoever listens on the way reads the key.",
        ),
    ] = False,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="Time for the check.")] = 10.0,
) -> Answer:
    """Check a server and an API key and keep both for the other commands, readable for this user alone."""
    key = read_key(key_file)
    connection = make_connection(server, key, ca_file=ca_file, plaintext=insecure_plaintext, timeout_s=timeout)
    try:
        tenant = check_login(connection)
    except ActionsClientError as error:
        raise _explain(error, server) from None
    ca = "" if ca_file is None else str(ca_file.absolute())
    done = LoggedIn(server, tenant, str(write_credentials(Credentials(server, key, ca, insecure_plaintext))))
    return Answer(asdict(done), lambda console: _show(console, done))


def _explain(error: ActionsClientError, server: str) -> Problem:
    problem = explain(error, subject=server)
    if error.code == "UNAUTHENTICATED":
        problem.advice = "Give a key of this server. Nothing was stored."
    return problem


def _show(console: Console, done: LoggedIn) -> None:
    whose = f"tenant {done.tenant}" if done.tenant else "a key that may not read; commands that show things are refused"
    console.print(Text(f"{done.server}  ", style="bold").append(whose, style=""))
    console.print(Text(f"  kept in {done.file}", style="dim"))
