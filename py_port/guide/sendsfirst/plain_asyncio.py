"""Send all jobs, and only then read their results. Each queue has one slot."""

import asyncio


async def work(jobs: asyncio.Queue[int], results: asyncio.Queue[int]) -> None:
    while True:
        await results.put(await jobs.get())


async def main() -> None:
    jobs, results = asyncio.Queue[int](1), asyncio.Queue[int](1)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work(jobs, results))
        for job in range(1, 6):
            await jobs.put(job)
            print("sent", job, flush=True)
        for _ in range(5):
            print("result of", await results.get())


if __name__ == "__main__":
    asyncio.run(main())
