"""Stop a worker, and name the jobs that nobody did."""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream


async def worker(
    stop: anyio.Event, jobs: MemoryObjectReceiveStream[int]
) -> None:
    async for job in jobs:
        await anyio.sleep(0.1)
        print("completed", job)
        if stop.is_set():
            return


async def main() -> None:
    stop = anyio.Event()
    send, jobs = anyio.create_memory_object_stream[int](5)
    for n in range(5):
        await send.send(n + 1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(worker, stop, jobs)
        await anyio.sleep(0.15)
        stop.set()
        send.close()
    with jobs:
        async for job in jobs:
            print("abandoned", job)


if __name__ == "__main__":
    anyio.run(main)
