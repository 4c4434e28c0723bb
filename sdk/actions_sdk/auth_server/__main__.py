"""``python -m actions_sdk.auth_server``: a reference auth server on this machine. Not for production.

Runs in: developer's machine.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer

from actions_sandbox.contract import Trigger
from actions_sdk.auth_server.settings import LOOPBACK_REDIRECTS, Algorithm
from actions_sdk.flows import Replicas, WhenUnreachable

_NOT_FOR_PRODUCTION: Final = (
    "This is the reference auth server: NOT FOR PRODUCTION. No rate limits, no second factor, no mails, no TLS."
)
_Choice = Annotated[str, typer.Option(metavar="deny|go-on", help="When the runtime does not answer.")]


def serve(
    runtime: Annotated[list[str], typer.Option(help="Address of the runtime, host:port; may be given more than once.")],
    runtime_ca: Annotated[Path | None, typer.Option(help="PEM file that vouches for the runtime's TLS.")] = None,
    host: Annotated[str, typer.Option(help="Loopback address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 0,
    database: Annotated[Path | None, typer.Option(help="SQLite file; in memory when omitted.")] = None,
    redirect_uri: Annotated[list[str] | None, typer.Option(help="Where browsers may be sent back to.")] = None,
    algorithm: Annotated[str, typer.Option(metavar="ES256|RS256", help="How tokens are signed.")] = "ES256",
    password_work: Annotated[int, typer.Option(min=1, max=20, help="How much work scrypt does (its p).")] = 5,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that the runtime may take.")] = 5.0,
    unreachable_registration: _Choice = "deny",
    unreachable_login: _Choice = "deny",
    anonymous_seconds: Annotated[int | None, typer.Option(min=1, help="Seconds that a guest's session lives.")] = None,
    test_views: Annotated[bool, typer.Option(help="Show accounts and mails to everybody on this machine.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON once it listens.")] = False,
) -> None:
    """Serve logins that ask the runtime; its API key is read from ACTIONS_API_KEY. Not for production."""
    from actions_runtime.log import configure_logging
    from actions_sdk.auth_server import serving

    configure_logging("info", "json", sys.stderr)
    try:
        start = serving.Start(
            Replicas(runtime, api_key=os.environ.get("ACTIONS_API_KEY", ""), ca_file=runtime_ca),
            host=host,
            port=port,
            database=database,
            redirect_uris=redirect_uri or LOOPBACK_REDIRECTS,
            algorithm=_read_algorithm(algorithm),
            password_work=password_work,
            timeout_s=timeout,
            when_unreachable={
                Trigger.PRE_USER_REGISTRATION: _read_choice(unreachable_registration),
                Trigger.POST_LOGIN: _read_choice(unreachable_login),
            },
            anonymous_seconds=anonymous_seconds,
            test_views=test_views,
        )
        asyncio.run(serving.serve(start, _greet_in_json if as_json else _greet))
    except (ValueError, OSError) as error:
        _fail(str(error))


def _read_choice(text: str) -> WhenUnreachable:
    choices = {"deny": WhenUnreachable.DENY, "go-on": WhenUnreachable.GO_ON}
    if text not in choices:
        raise ValueError(f"{text!r} is neither deny nor go-on")
    return choices[text]


def _read_algorithm(text: str) -> Algorithm:
    if text not in ("ES256", "RS256"):
        raise ValueError(f"{text!r} is neither ES256 nor RS256")
    return text  # type: ignore[return-value]  # one of the two by now


def _greet(facts: dict[str, Any]) -> None:
    _print(_NOT_FOR_PRODUCTION)
    for name, value in facts.items():
        _print(f"  {name:22} {value}")


def _greet_in_json(facts: dict[str, Any]) -> None:
    sys.stderr.write(f"{_NOT_FOR_PRODUCTION}\n")
    _print(json.dumps(facts))


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _fail(reason: str) -> NoReturn:
    sys.stderr.write(f"error: {reason}\n")
    sys.exit(1)


if __name__ == "__main__":
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what it would print is in our own lines
    typer.run(serve)
