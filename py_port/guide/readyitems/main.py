"""Receive three items while a task wants to run."""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream


async def receive_all(items: MemoryObjectReceiveStream[int]) -> None:
    for _ in range(3):
        await items.receive()


async def main() -> None:
    ran = False

    async def run() -> None:
        nonlocal ran
        ran = True

    send, items = anyio.create_memory_object_stream[int](3)
    async with send, items, anyio.create_task_group() as tasks:
        for item in range(3):
            await send.send(item)
        tasks.start_soon(run)
        await receive_all(items)
        print("the other one ran meanwhile:", str(ran).lower())


if __name__ == "__main__":
    anyio.run(main)
