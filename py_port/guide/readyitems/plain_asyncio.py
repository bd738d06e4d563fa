"""Receive three items that are there, while a task wants to run: in asyncio."""

import asyncio


async def receive_all(items: asyncio.Queue[int]) -> None:
    for _ in range(3):
        await items.get()


async def main() -> None:
    ran = False

    async def run() -> None:
        nonlocal ran
        ran = True

    items: asyncio.Queue[int] = asyncio.Queue(3)
    async with asyncio.TaskGroup() as tasks:
        for item in range(3):
            await items.put(item)
        tasks.create_task(run())
        await receive_all(items)
        print("the other one ran meanwhile:", str(ran).lower())


if __name__ == "__main__":
    asyncio.run(main())
