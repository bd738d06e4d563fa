"""Start six jobs, of which two may work at once."""

import asyncio

AT_ONCE = 2


async def work(places: asyncio.Semaphore) -> None:
    """Wait for a place, work, and give the place back."""
    async with places:
        await asyncio.sleep(0.1)
        print("done")


async def main() -> None:
    places = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(6):
            tasks.create_task(work(places))


if __name__ == "__main__":
    asyncio.run(main())
