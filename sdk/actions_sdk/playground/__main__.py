"""``python -m actions_sdk.playground [PROJECT]``.

Runs in: developer's machine.
"""

import argparse
import sys
from pathlib import Path

from actions_sdk.playground import PlaygroundError, serve


def main() -> int:
    """Serve the playground until it is interrupted.

    Returns:
        The exit code: 0 after an interrupt, 1 when it cannot start.
    """
    parser = argparse.ArgumentParser(
        prog="python -m actions_sdk.playground", description="Write and run actions in a local page."
    )
    parser.add_argument(
        "project", nargs="?", type=Path, help="folder whose *.py and *.json files can be opened and saved"
    )
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one (default: %(default)s)")
    parser.add_argument("--open", action="store_true", help="open the page in the default browser")
    given = parser.parse_args()
    try:
        server = serve(given.project, host=given.host, port=given.port, open_browser=given.open)
    except PlaygroundError as error:
        sys.stderr.write(f"error {error.code}: {error.message}\n  what to do: {error.hint}\n")
        return 1
    with server:
        sys.stdout.write(f"playground: {server.url}\nCtrl+C ends it.\n")
        sys.stdout.flush()
        server.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
