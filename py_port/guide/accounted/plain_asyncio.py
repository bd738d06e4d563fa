"""Stop a worker, and name the jobs that nobody did."""

import asyncio


async def worker(stop: asyncio.Event, jobs: asyncio.Queue[int]) -> None:
    while not stop.is_set():
        job = await jobs.get()
        await asyncio.sleep(0.1)
        print("completed", job)


async def main() -> None:
    stop = asyncio.Event()
    jobs = asyncio.Queue[int](5)
    for n in range(5):
        await jobs.put(n + 1)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(worker(stop, jobs))
        await asyncio.sleep(0.15)
        stop.set()
    while not jobs.empty():
        print("abandoned", jobs.get_nowait())


if __name__ == "__main__":
    asyncio.run(main())
