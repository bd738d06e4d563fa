"""Read two streams until both have ended."""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream


def produce(first: int) -> MemoryObjectReceiveStream[int]:
    send, receive = anyio.create_memory_object_stream[int](2)
    with send:
        send.send_nowait(first)
        send.send_nowait(first + 1)
    return receive


async def merge(*streams: MemoryObjectReceiveStream[int]) -> None:
    async def read(numbers: MemoryObjectReceiveStream[int]) -> None:
        async with numbers:
            async for n in numbers:
                print("received", n)

    # A task for each stream: its loop ends with the stream.
    async with anyio.create_task_group() as tasks:
        for stream in streams:
            tasks.start_soon(read, stream)


async def main() -> None:
    await merge(produce(1), produce(100))
    print("both are closed")


if __name__ == "__main__":
    anyio.run(main)
