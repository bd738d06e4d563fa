"""Count the tasks of a hundred jobs, of which two may work at once."""

import anyio

JOBS = 100
AT_ONCE = 2
TICK = 0.01


async def inside() -> int:
    """Start every job, and each waits for its place."""
    places = anyio.Semaphore(AT_ONCE)
    alive = most = 0

    async def job() -> None:
        nonlocal alive
        async with places:
            await anyio.sleep(TICK)
            alive -= 1

    async with anyio.create_task_group() as tasks:
        for _ in range(JOBS):
            alive += 1
            most = max(most, alive)
            tasks.start_soon(job)
    return most


async def before() -> int:
    """Wait for a place, and then start the job."""
    places = anyio.Semaphore(AT_ONCE)
    alive = most = 0

    async def job() -> None:
        nonlocal alive
        await anyio.sleep(TICK)
        alive -= 1
        places.release()

    async with anyio.create_task_group() as tasks:
        for _ in range(JOBS):
            await places.acquire()
            alive += 1
            most = max(most, alive)
            tasks.start_soon(job)
    return most


async def main() -> None:
    print("place taken inside:", await inside(), "alive")
    print("place taken before:", await before(), "alive")


if __name__ == "__main__":
    anyio.run(main)
