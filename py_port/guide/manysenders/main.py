"""Let a stream end when the last of three senders is done."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream


async def produce(numbers: MemoryObjectSendStream[int], first: int) -> None:
    async with numbers:
        for n in range(2):
            await numbers.send(first + n)


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](0)
    async with anyio.create_task_group() as tasks, receive:
        # Each closes its own clone. The last one is the end.
        async with send:
            for first in (10, 20, 30):
                tasks.start_soon(produce, send.clone(), first)
        async for n in receive:
            print("received", n)
        print("every sender is done")


if __name__ == "__main__":
    anyio.run(main)
