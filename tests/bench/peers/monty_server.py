"""pydantic-monty behind grpc.aio on uvloop, with two workers: ``python monty_server.py ADDRESS fresh|kept``."""

import asyncio
import sys
from pathlib import Path

import uvloop
from pydantic_monty import AsyncMonty, AsyncMontySession  # type: ignore[import-not-found]

from tests.bench.peers.answering import build_answer, read_event
from tests.bench.peers.serving import serve

WORKERS = 2
SOURCE = (Path(__file__).parent / "merge_cart.py").read_text()
CALL = "merge_cart(event)"


async def serve_fresh(address: str) -> None:
    """Take a new session for each call."""
    async with AsyncMonty(min_processes=WORKERS, max_processes=WORKERS) as pool:

        async def execute(request: bytes) -> bytes:
            async with pool.checkout() as session:
                found = await session.feed_run(f"{SOURCE}\n{CALL}", inputs={"event": read_event(request)})
            return build_answer(found)

        await serve(address, execute)


async def serve_kept(address: str) -> None:
    """Keep two sessions, whose globals live on from call to call."""
    free: asyncio.Queue[AsyncMontySession] = asyncio.Queue()
    async with (
        AsyncMonty(min_processes=WORKERS, max_processes=WORKERS) as pool,
        pool.checkout() as one,
        pool.checkout() as other,
    ):
        for session in (one, other):
            await session.feed_run(SOURCE)
            free.put_nowait(session)

        async def execute(request: bytes) -> bytes:
            session = await free.get()
            try:
                return build_answer(await session.feed_run(CALL, inputs={"event": read_event(request)}))
            finally:
                free.put_nowait(session)

        await serve(address, execute)


if __name__ == "__main__":
    uvloop.run({"fresh": serve_fresh, "kept": serve_kept}[sys.argv[2]](sys.argv[1]))
