"""The command ``actions-runtime``: serve, make keys, list the settings, tell the version.

Runs in: server.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from actions_runtime import log
from actions_runtime.errors import ActionsError
from actions_runtime.management.records import Scope
from actions_runtime.server.failures import StartFailed
from actions_runtime.settings import Settings, WrongSettings, document_settings, load_settings

if TYPE_CHECKING:
    from actions_runtime.management.keys import NewKey
    from actions_runtime.management.notice import Notices
    from actions_runtime.server.greeting import Greeting

app = typer.Typer(help="Runs tenants' actions at sign-up and login.", no_args_is_help=True)
keys = typer.Typer(help="API keys, made directly in the database.", no_args_is_help=True)
app.add_typer(keys, name="keys")

_Address = Annotated[str | None, typer.Option(help="Where to listen, host:port; port 0 takes a free one.")]
_Database = Annotated[str | None, typer.Option(help="The database's URL.")]
_DataDir = Annotated[Path | None, typer.Option(help="Directory of the default database and secret keys.")]
_Config = Annotated[Path | None, typer.Option(help="TOML file with settings.")]
_Json = Annotated[bool, typer.Option("--json", help="One line of JSON on standard output, for programs.")]
_ResultT = TypeVar("_ResultT")


def main() -> None:
    """Run the command."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what it would print is in our own sentence
    app()


@app.command()
def serve(
    address: _Address = None,
    database: _Database = None,
    data_dir: _DataDir = None,
    config: _Config = None,
    as_json: _Json = False,
) -> None:
    """Serve until SIGTERM or SIGINT; a second signal does not wait for calls in flight."""
    settings = _load(address=address, database=database, data_dir=data_dir, config_file=config)
    show = _show_json if as_json else _show_banner
    if settings.processes > 1:
        _serve_together(settings, show)
    else:
        _run(settings, lambda: _serve(settings, show))


@keys.command("create")
def create_key(
    scope: Annotated[list[Scope], typer.Option(help="What the key may do; give it once for each scope.")],
    tenant: Annotated[str | None, typer.Option(help="The tenant that the key belongs to.")] = None,
    operator: Annotated[bool, typer.Option("--operator", help="A key of the operator's.")] = False,
    label: Annotated[str, typer.Option(help="What the key is for.")] = "",
    database: _Database = None,
    data_dir: _DataDir = None,
    config: _Config = None,
    as_json: _Json = False,
) -> None:
    """Make an API key and show it this once; a running server knows it within a second."""
    if (tenant is None) is not operator:
        raise typer.BadParameter("name either --tenant or --operator")
    settings = _load(database=database, data_dir=data_dir, config_file=config)
    if settings.in_memory:
        _fail("a database in memory is gone when this command ends: name the running server's database")
    new = _run(settings, lambda: _create_key(settings, tenant, scope, label))
    if as_json:
        _write(json.dumps({"api_key": new.token, "id": new.key.id, "tenant": new.key.tenant}))
    else:
        _write(new.token)


@app.command("settings")
def list_settings() -> None:
    """List all settings with their defaults, units and meanings."""
    _write(document_settings().rstrip("\n"))


@app.command("version")
def show_version() -> None:
    """Tell the version."""
    _write(installed_version("actions-runtime"))


def _load(**flags: Any) -> Settings:
    try:
        return load_settings(**flags)
    except WrongSettings as error:
        _fail(str(error))


def _run(settings: Settings, work: Callable[[], Coroutine[Any, Any, _ResultT]]) -> _ResultT:
    """Run work on the loop that the settings name, and end with one sentence when it cannot start."""
    log.configure_logging(settings.log_level, settings.log_format)
    try:
        with asyncio.Runner(loop_factory=_find_loop_factory(settings)) as runner:
            runner.get_loop().set_exception_handler(_log_stray_failure)
            return runner.run(work())
    except (StartFailed, ActionsError) as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("interrupted before it had started")


def _find_loop_factory(settings: Settings) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if not settings.uvloop or sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


def _log_stray_failure(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what nobody awaited, without the message that asyncio would repeat values in."""
    error = context.get("exception")
    failure = log.describe_failure(error) if isinstance(error, BaseException) else {}
    log.get_logger("loop").error("stray_failure", **failure)


def _serve_together(settings: Settings, show: Callable[["Greeting"], None]) -> None:
    """Serve with several processes; nothing here may import gRPC, which does not survive a fork."""
    from actions_runtime.server.greeting import Greeting
    from actions_runtime.server.processes import Processes

    def serve_one(
        settings: Settings, notices: "Notices", greet: Callable[[dict[str, Any]], None], lifeline: int
    ) -> None:
        _run(settings, lambda: _serve(settings, lambda greeting: greet(asdict(greeting)), notices, lifeline))

    log.configure_logging(settings.log_level, settings.log_format)
    try:
        code = Processes(settings, serve_one).run(lambda facts: show(Greeting(**facts)))
    except StartFailed as error:
        _fail(str(error))
    if code:
        raise SystemExit(code)


async def _serve(
    settings: Settings,
    show: Callable[["Greeting"], None],
    notices: "Notices | None" = None,
    lifeline: int | None = None,
) -> None:
    """Serve until a signal, or until the process at the other end of the lifeline is gone."""
    from actions_runtime.server.app import running_server

    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    async with running_server(settings, notices) as server:

        def end() -> None:
            if stop.is_set():
                server.hurry.set()
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end)
        if lifeline is not None:
            loop.add_reader(lifeline, _stop_when_alone, loop, lifeline, end)
        show(server.greeting)
        log.get_logger("app").info("started", address=server.greeting.address, store=server.greeting.store)
        await stop.wait()
        log.get_logger("app").info("stopping")
    log.get_logger("app").info("stopped")


def _stop_when_alone(loop: asyncio.AbstractEventLoop, lifeline: int, end: Callable[[], None]) -> None:
    """Stop: nothing is ever written to a lifeline, so that it can only be readable at its end."""
    loop.remove_reader(lifeline)
    end()


async def _create_key(settings: Settings, tenant: str | None, scopes: list[Scope], label: str) -> "NewKey":
    from actions_runtime.management.principals import SYSTEM
    from actions_runtime.server.app import opened_store

    async with opened_store(settings) as store:
        return await store.keys.create(SYSTEM, tenant, scopes, label=label)


def _show_json(greeting: "Greeting") -> None:
    _write(
        json.dumps(
            {
                "address": greeting.address,
                "tls": greeting.tls,
                "tenant": greeting.tenant,
                "api_key": greeting.api_key,
                "store": greeting.store,
                "survives_restart": greeting.survives_restart,
                "layers": list(greeting.layers),
                "missing_layers": dict(greeting.missing_layers),
            }
        )
    )


def _show_banner(greeting: "Greeting") -> None:
    console = Console(highlight=False, soft_wrap=True)
    security = "TLS" if greeting.tls else "no TLS"
    kept = "survives a restart" if greeting.survives_restart else "NOT kept: gone when the server stops"
    console.print(f"[bold]actions-runtime {installed_version('actions-runtime')}[/bold]")
    console.print(f"  listening  {greeting.address} ({security})", markup=False)
    console.print(f"  store      {greeting.store} ({kept})", markup=False)
    console.print(f"  sandbox    {', '.join(greeting.layers) or 'none'}", markup=False)
    for name, reason in greeting.missing_layers.items():
        console.print(f"    without  {name}: {reason}", markup=False)
    if greeting.api_key is None:
        return
    console.print(f"\nFirst start: made the tenant '{greeting.tenant}' and a key, shown this once. Next:")
    console.print(f"  export ACTIONS_API_KEY={greeting.api_key}", markup=False)
    console.print(f"  export ACTIONS_SERVER={greeting.address}", markup=False)
    console.print("  actions push my_action.py")


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _fail(sentence: str) -> NoReturn:
    sys.stderr.write(f"actions-runtime: {sentence}\n")
    raise SystemExit(1)
