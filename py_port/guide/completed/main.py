"""Take three results in the order in which they are ready."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream


async def fetch(
    name: str, delay: float, results: MemoryObjectSendStream[str]
) -> None:
    async with results:
        await anyio.sleep(delay)
        await results.send(name)


async def main() -> None:
    tick = 0.01
    send, receive = anyio.create_memory_object_stream[str](0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(fetch, "slow", 3 * tick, send.clone())
        tasks.start_soon(fetch, "medium", 2 * tick, send.clone())
        tasks.start_soon(fetch, "quick", tick, send)
        async with receive:
            async for name in receive:
                print("fetched", name)


if __name__ == "__main__":
    anyio.run(main)
