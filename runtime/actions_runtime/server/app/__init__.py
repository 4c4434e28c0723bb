"""The composition root: the one place that knows every part, the databases included.

Runs in: server.
"""

from actions_runtime.server.app.assembly import RunningServer, running_server
from actions_runtime.server.app.database import OpenStore, opened_store

__all__ = ["OpenStore", "RunningServer", "opened_store", "running_server"]
