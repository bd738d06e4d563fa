"""Look into a stream without waiting."""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream


def look(numbers: MemoryObjectReceiveStream[int]) -> None:
    try:
        print("received", numbers.receive_nowait())
    except anyio.WouldBlock:
        print("nothing there")


async def main() -> None:
    send, numbers = anyio.create_memory_object_stream[int](1)
    async with send, numbers:
        look(numbers)
        await send.send(7)
        look(numbers)
        look(numbers)


if __name__ == "__main__":
    anyio.run(main)
