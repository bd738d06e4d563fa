"""Wait 10 ms for an item, 300 times: by asyncio.wait_for.

The item is sent after 9 ms, after 10 ms or after 11 ms.
"""

import asyncio


async def receive(items: asyncio.Queue[int]) -> int:
    """Return how many items were received."""
    try:
        await asyncio.wait_for(items.get(), 0.01)
    except TimeoutError:
        return 0
    return 1


async def main() -> None:
    lost = 0
    for attempt in range(300):
        items: asyncio.Queue[int] = asyncio.Queue(1)
        after_s = (9 + attempt % 3) / 1000
        asyncio.get_running_loop().call_later(after_s, items.put_nowait, 7)
        received = await receive(items)
        await asyncio.sleep(0.01)
        lost += 1 - received - items.qsize()
    print("lost:", lost)


if __name__ == "__main__":
    asyncio.run(main())
