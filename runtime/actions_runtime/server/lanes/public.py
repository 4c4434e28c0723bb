"""The lane on gRPC's public API, which every release of grpcio has.

Runs in: server.
"""

from collections.abc import Sequence
from typing import Final

import grpc

from actions_runtime.server.lanes.lane import LaneOptions


class PublicLane:
    """Serves with ``grpc.aio``.

    Args:
        handlers: The services, the busiest first: gRPC asks them in this order.
        options: What else it is told.
    """

    name: Final = "public"

    def __init__(self, handlers: Sequence[grpc.GenericRpcHandler], options: LaneOptions) -> None:
        self._server = grpc.aio.server(options=options.list_arguments())
        self._server.add_generic_rpc_handlers(tuple(handlers))

    def add_insecure_port(self, address: str) -> int:
        """Listen in clear text; see :meth:`Lane.add_insecure_port`."""
        return self._server.add_insecure_port(address)

    def add_secure_port(self, address: str, server_credentials: grpc.ServerCredentials) -> int:
        """Listen with TLS; see :meth:`Lane.add_secure_port`."""
        return self._server.add_secure_port(address, server_credentials)

    async def start(self) -> None:
        """Take calls from now on."""
        await self._server.start()

    async def stop(self, grace_s: float) -> None:
        """Take no more calls, give those in flight some seconds, and end."""
        await self._server.stop(grace_s)
