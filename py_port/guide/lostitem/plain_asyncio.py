"""Wait for an item or a stop, 200 times, with both there: by asyncio.wait."""

import asyncio


async def receive(items: asyncio.Queue[int], stop: asyncio.Event) -> int:
    """Return how many items were received: one, or none at a stop."""
    item = asyncio.create_task(items.get())
    stopped = asyncio.create_task(stop.wait())
    done, pending = await asyncio.wait(
        (item, stopped), return_when=asyncio.FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()
    # Both may be done. Who looks at the stop first forgets
    # the item.
    return 0 if stopped in done else 1


async def main() -> None:
    lost = 0
    for _ in range(200):
        items: asyncio.Queue[int] = asyncio.Queue(1)
        stop = asyncio.Event()
        items.put_nowait(7)
        stop.set()
        received = await receive(items, stop)
        lost += 1 - received - items.qsize()
    print("lost:", lost)


if __name__ == "__main__":
    asyncio.run(main())
