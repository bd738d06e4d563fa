"""A worker needs 10 ms for a job, and the reader 30 ms for its result."""

import anyio
from anyio.abc import ObjectSendStream


async def work(results: ObjectSendStream[int]) -> None:
    async with results:
        for job in range(1, 4):
            await anyio.sleep(0.01)
            print("done", job)
            await results.send(job)


async def main() -> None:
    send, results = anyio.create_memory_object_stream[int]()
    async with anyio.create_task_group() as tasks, results:
        tasks.start_soon(work, send)
        async for job in results:
            await anyio.sleep(0.03)
            print("read", job)


if __name__ == "__main__":
    anyio.run(main)
