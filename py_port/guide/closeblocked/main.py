"""Close a stream to which a task is sending."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream


async def produce(numbers: MemoryObjectSendStream[int]) -> None:
    try:
        await numbers.send(7)
        print("sender: done")
    except anyio.ClosedResourceError as problem:
        print("sender:", type(problem).__name__)


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](0)
    async with anyio.create_task_group() as tasks, receive:
        tasks.start_soon(produce, send)
        await anyio.sleep(0.001)
        await send.aclose()
        await anyio.sleep(0.001)
        try:
            print("received", await receive.receive())
        except anyio.EndOfStream:
            print("received nothing")


if __name__ == "__main__":
    anyio.run(main)
