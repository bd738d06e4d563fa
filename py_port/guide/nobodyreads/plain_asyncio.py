"""Send all jobs before a result is read, on the real clock and with a limit."""

import asyncio


async def work(jobs: asyncio.Queue[int], results: asyncio.Queue[int]) -> None:
    while True:
        await results.put(await jobs.get())


async def submit(jobs: asyncio.Queue[int]) -> None:
    for job in range(1, 6):
        await jobs.put(job)
        print("sent", job)


async def main() -> None:
    jobs, results = asyncio.Queue[int](1), asyncio.Queue[int](1)
    worker = asyncio.create_task(work(jobs, results))
    try:
        # Without this limit it waits for ever.
        async with asyncio.timeout(0.3):
            await submit(jobs)
            print("result of", await results.get())
    except TimeoutError:
        print("nobody tells me")
    worker.cancel()


if __name__ == "__main__":
    asyncio.run(main())
