"""A fresh process for each call behind grpc.aio: ``python process_server.py ADDRESS plain|restricted``.

The processes are started from threads with the standard library's ``subprocess``, which does not fork where gRPC has
threads; at most four run at once.
"""

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uvloop

from actions.v1 import execution_pb2
from tests.bench.peers.answering import build_answer
from tests.bench.peers.serving import serve

AT_ONCE = 4
CHILD = Path(__file__).parent / "process_child.py"


async def main(address: str, policy: str) -> None:
    """Serve until killed."""
    pool = ThreadPoolExecutor(AT_ONCE)
    loop = asyncio.get_running_loop()

    def run(request: bytes) -> bytes:
        event = execution_pb2.ExecuteFlowRequest.FromString(request).event_json
        command = [sys.executable, "-I", str(CHILD), policy]
        return build_answer(json.loads(subprocess.run(command, input=event, capture_output=True, check=True).stdout))

    await serve(address, lambda request: loop.run_in_executor(pool, run, request))


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
