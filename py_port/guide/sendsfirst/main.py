"""Send all jobs, and only then read their results. Each stream has one slot."""

import anyio
from anyio.abc import ObjectReceiveStream, ObjectSendStream


async def work(
    jobs: ObjectReceiveStream[int], results: ObjectSendStream[int]
) -> None:
    async for job in jobs:
        await results.send(job)


async def main() -> None:
    send, jobs = anyio.create_memory_object_stream[int](1)
    results, receive = anyio.create_memory_object_stream[int](1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work, jobs, results)
        for job in range(1, 6):
            await send.send(job)
            print("sent", job, flush=True)
        for _ in range(5):
            print("result of", await receive.receive())


if __name__ == "__main__":
    anyio.run(main)
