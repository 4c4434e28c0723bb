"""The command line ``actions``.

Runs in: developer's machine.

One module per group of commands; each keeps what the command does apart from how it is shown, so that
other callers do the same through the same code. Exit codes: 0 fine, 1 refused or failed, 2 wrong usage,
3 no server.
"""

import os


def main() -> None:
    """Run the command line and exit with its code."""
    # gRPC's own notes on a failed connection say less than this program does.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    from actions_sdk.cli.app import app

    app()
