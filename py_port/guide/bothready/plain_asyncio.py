"""Wait for one of two queues that both have an item: by asyncio.wait."""

import asyncio


async def first(
    apples: asyncio.Queue[int], pears: asyncio.Queue[int]
) -> list[int]:
    """Return what was taken."""
    tasks = [asyncio.create_task(queue.get()) for queue in (apples, pears)]
    done, pending = await asyncio.wait(
        tasks, return_when=asyncio.FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()
    return [task.result() for task in done]


async def main() -> None:
    apples: asyncio.Queue[int] = asyncio.Queue(1)
    pears: asyncio.Queue[int] = asyncio.Queue(1)
    apples.put_nowait(7)
    pears.put_nowait(7)
    taken = await first(apples, pears)
    print("taken:", taken)
    print("left:", apples.qsize() + pears.qsize())


if __name__ == "__main__":
    asyncio.run(main())
