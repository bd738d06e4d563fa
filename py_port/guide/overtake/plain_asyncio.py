"""Try to put while another task waits for room."""

import asyncio


def offer(numbers: asyncio.Queue[int], n: int) -> None:
    try:
        numbers.put_nowait(n)
        print("sent", n, "without waiting")
    except asyncio.QueueFull:
        print("no room for", n)


async def main() -> None:
    numbers: asyncio.Queue[int] = asyncio.Queue(1)
    await numbers.put(1)
    sender = asyncio.create_task(numbers.put(2))
    await asyncio.sleep(0.001)
    # 1 fills the queue, and 2 waits for room. Its task is woken by the
    # next line, but it has to run before it can put anything.
    print("received", await numbers.get())
    offer(numbers, 3)
    print("received", await numbers.get())
    await sender
    print("received", await numbers.get())


if __name__ == "__main__":
    asyncio.run(main())
