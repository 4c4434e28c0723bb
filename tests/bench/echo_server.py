"""A bare grpc.aio server on uvloop: raw bytes in, fixed raw bytes out. The yardstick of every run.

Started as ``python echo_server.py ADDRESS REPLY_FILE...``; method ``Call0`` answers with the first file, and so on.
"""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import uvloop

SERVICE = "bench.Echo"


def name_method(number: int) -> str:
    """Return the full name of the method that answers with a file."""
    return f"/{SERVICE}/Call{number}"


def _make_call(reply: bytes) -> Callable[[bytes, Any], Awaitable[bytes]]:
    async def call(_request: bytes, _context: Any) -> bytes:
        return reply

    return call


async def serve(address: str, replies: list[bytes]) -> None:
    """Serve until killed."""
    handlers: dict[str, Any] = {
        f"Call{number}": grpc.unary_unary_rpc_method_handler(_make_call(reply)) for number, reply in enumerate(replies)
    }
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], [Path(name).read_bytes() for name in sys.argv[2:]]))
