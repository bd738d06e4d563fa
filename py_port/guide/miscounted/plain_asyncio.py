"""Wait for two jobs, one of which forgets to say that it is done."""

import asyncio


async def worker(jobs: asyncio.Queue[int]) -> None:
    while True:
        n = await jobs.get()
        if n == 2:
            print("job 2: nothing to do", flush=True)
            continue
        print("job", n, "done", flush=True)
        jobs.task_done()


async def main() -> None:
    jobs = asyncio.Queue[int]()
    for n in (1, 2):
        jobs.put_nowait(n)
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(worker(jobs))
        await jobs.join()
        working.cancel()
    print("main: done")


if __name__ == "__main__":
    asyncio.run(main())
