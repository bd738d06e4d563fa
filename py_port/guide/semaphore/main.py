"""Start six jobs, of which two may work at once."""

import anyio

AT_ONCE = 2


async def work(places: anyio.CapacityLimiter) -> None:
    """Wait for a place, work, and give the place back."""
    async with places:
        await anyio.sleep(0.1)
        print("done")


async def main() -> None:
    places = anyio.CapacityLimiter(AT_ONCE)
    async with anyio.create_task_group() as tasks:
        for _ in range(6):
            tasks.start_soon(work, places)


if __name__ == "__main__":
    anyio.run(main)
