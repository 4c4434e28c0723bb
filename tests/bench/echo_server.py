"""A bare grpc.aio server: raw bytes in, fixed raw bytes out. The yardstick of every run.

Started as ``python echo_server.py REPLY_FILE``; prints its port.
"""

import sys
from pathlib import Path

import grpc
import uvloop

METHOD = "/bench.Echo/Call"


async def serve(reply: bytes) -> None:
    """Serve until killed."""

    async def call(_request: bytes, _context: object) -> bytes:
        return reply

    handler = grpc.unary_unary_rpc_method_handler(call)
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Echo", {"Call": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1]).read_bytes()))
