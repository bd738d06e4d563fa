"""Send through a stream without a buffer to a slow receiver."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream


async def main() -> None:
    start = anyio.current_time()

    def say(what: str, n: int) -> None:
        print(round((anyio.current_time() - start) * 1000), "ms", what, n)

    async def produce(numbers: MemoryObjectSendStream[int]) -> None:
        async with numbers:
            for n in range(3):
                # The send is done when a receiver has taken the number.
                await numbers.send(n)
                say("sent", n)

    send, receive = anyio.create_memory_object_stream[int](0)
    async with anyio.create_task_group() as tasks, receive:
        tasks.start_soon(produce, send)
        await anyio.sleep(0.1)
        async for n in receive:
            say("received", n)
            await anyio.sleep(0.1)


if __name__ == "__main__":
    anyio.run(main)
