"""Have a receiver leave while a task still sends to it."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream


async def produce(numbers: MemoryObjectSendStream[int]) -> None:
    try:
        async with numbers:
            for n in range(3):
                await numbers.send(n)
    except anyio.BrokenResourceError:
        print("sender: ends, as the receiver has left")


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(produce, send)
        async with receive:
            print("received", await receive.receive())
        # The receiving end is closed.
        await anyio.sleep(0.01)
        print("main: done")


if __name__ == "__main__":
    anyio.run(main)
