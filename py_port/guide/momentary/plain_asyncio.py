"""Send a usual job and then an urgent one to a worker: in plain asyncio."""

import asyncio

Jobs = asyncio.PriorityQueue[tuple[int, str]]


async def main() -> None:
    jobs: Jobs = asyncio.PriorityQueue()

    async def work() -> None:
        for _ in range(2):
            _, job = await jobs.get()
            print(job)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work())
        await asyncio.sleep(1)
        jobs.put_nowait((2, "usual"))
        jobs.put_nowait((1, "urgent"))


if __name__ == "__main__":
    asyncio.run(main())
