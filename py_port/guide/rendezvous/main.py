"""Send through a stream of size 0 to a slow receiver."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream


async def produce(numbers: MemoryObjectSendStream[int]) -> None:
    async with numbers:
        for n in range(3):
            # Done when a receiver has taken the number.
            await numbers.send(n)
            print("sent", n)


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](0)
    async with anyio.create_task_group() as tasks, receive:
        tasks.start_soon(produce, send)
        await anyio.sleep(0.1)
        async for n in receive:
            print("received", n)
            await anyio.sleep(0.1)


if __name__ == "__main__":
    anyio.run(main)
