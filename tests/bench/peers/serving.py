"""A grpc.aio server on uvloop with the one method that is measured."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc

SERVICE, NAME = "actions.v1.ExecutionService", "ExecuteFlow"


async def serve(address: str, execute: Callable[[bytes], Awaitable[bytes]]) -> None:
    """Serve until killed.

    Args:
        address: host:port.
        execute: Serialized request in, serialized answer out.
    """

    async def call(request: bytes, _context: object) -> bytes:
        # A caller that hangs up must not tear a script out of the sandbox that will serve the next one.
        return await asyncio.shield(execute(request))

    handlers: dict[str, Any] = {NAME: grpc.unary_unary_rpc_method_handler(call)}
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()
