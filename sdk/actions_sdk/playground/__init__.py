"""The playground: a local page to write an action, run it on an event and see what came of it.

Runs in: developer's machine.

::

    from actions_sdk.playground import serve

    with serve(Path("my-project")) as server:
        print(server.url)       # open this; the address alone does not let anybody in
        server.wait()

It runs what the harness runs, needs no network and ships its own page. Where the page is served to, and how nobody
else gets in, is told in :mod:`actions_sdk.playground.guards`.
"""

from actions_sdk.playground.problems import PlaygroundError
from actions_sdk.playground.server import Server, serve

__all__ = ["PlaygroundError", "Server", "serve"]
