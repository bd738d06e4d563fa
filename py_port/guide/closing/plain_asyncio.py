"""Mark the end of a queue that still holds two numbers."""

import asyncio


async def main() -> None:
    numbers: asyncio.Queue[int | None] = asyncio.Queue(3)
    await numbers.put(1)
    await numbers.put(2)
    # A queue cannot be closed before Python 3.13: an item says it.
    await numbers.put(None)
    while (n := await numbers.get()) is not None:
        print("received", n)
    print("closed and empty")
    # The mark is used up. A second receiver would wait for ever.
    try:
        print("once more:", numbers.get_nowait())
    except asyncio.QueueEmpty as error:
        print("once more:", type(error).__name__)


if __name__ == "__main__":
    asyncio.run(main())
