"""Be told to stop with a job there, 200 times: in plain asyncio."""

import asyncio


async def receive(jobs: asyncio.Queue[int]) -> bool:
    """Whether a job was taken."""
    task = asyncio.current_task()
    assert task
    task.cancel()
    # With a job there, `get` does not wait, and only a wait
    # raises.
    await jobs.get()
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        task.uncancel()
    return True


async def main() -> None:
    tries = 200
    jobs: asyncio.Queue[int] = asyncio.Queue(tries)
    for job_id in range(tries):
        jobs.put_nowait(job_id)
    taken = 0
    for _ in range(tries):
        if await receive(jobs):
            taken += 1
    print("taken:", taken, "left:", jobs.qsize())


if __name__ == "__main__":
    asyncio.run(main())
