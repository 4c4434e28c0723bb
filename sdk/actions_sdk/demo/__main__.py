"""Starts servers of its own, plays the story and exits with 0 when all came out as due, else with 1.

Runs in: developer's machine.
"""

import os
import signal
import sys

from rich.console import Console
from rich.text import Text


def main() -> int:
    """Play the demo.

    Returns:
        The exit code.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    # Whoever ends the demo early ends it as an exception, so that the server goes down with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    from actions_sdk.cli.problems import Problem, explain, show_problem
    from actions_sdk.demo.server_process import ServerFailedError
    from actions_sdk.demo.shopper import RefusedError
    from actions_sdk.refusals import ActionsClientError

    console = Console(highlight=False, soft_wrap=True)
    try:
        differences = _play(console)
    except (ServerFailedError, RefusedError) as error:
        show_problem(console, Problem("UNAVAILABLE", str(error)))
        return 1
    except (ActionsClientError, Problem) as error:
        show_problem(console, error if isinstance(error, Problem) else explain(error))
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    console.print()
    for difference in differences:
        console.print(Text("DIFFERS ", style="bold red").append(difference, style=""))
    if not differences:
        console.print(Text("Every account looks as it should, to the last digit.", style="bold green"))
    return 1 if differences else 0


def _play(console: Console) -> list[str]:
    from actions_sdk.client import ActionsClient
    from actions_sdk.demo.play import Stage, deploy_samples
    from actions_sdk.demo.scenes import SCENES
    from actions_sdk.demo.server_process import AuthServerProcess, ServerProcess

    console.print(Text("== A server with an empty store, and an auth server that asks it", style="bold underline"))
    with (
        ServerProcess() as server,
        AuthServerProcess(server) as auth_server,
        ActionsClient(server.connection) as client,
        Stage(console, client, auth_server.facts["address"], auth_server.facts["client_id"]) as stage,
    ):
        console.print(f"  runs actions at {server.facts['address']}, tenant {server.facts.get('tenant')}")
        console.print(f"  logs people in at {auth_server.facts['address']}, not for production")
        deploy_samples(console, client)
        return [difference for scene in SCENES for difference in stage.play(scene)]


if __name__ == "__main__":
    sys.exit(main())
