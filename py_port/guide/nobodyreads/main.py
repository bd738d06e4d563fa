"""Send all jobs before a result is read, on the real clock and with a limit."""

import anyio
from anyio.abc import ObjectReceiveStream, ObjectSendStream


async def work(
    jobs: ObjectReceiveStream[int], results: ObjectSendStream[int]
) -> None:
    async for job in jobs:
        await results.send(job)


async def submit(jobs: ObjectSendStream[int]) -> None:
    for job in range(1, 6):
        await jobs.send(job)
        print("sent", job)


async def main() -> None:
    send, jobs = anyio.create_memory_object_stream[int](1)
    results, receive = anyio.create_memory_object_stream[int](1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work, jobs, results)
        # Without this limit it waits for ever.
        with anyio.move_on_after(0.3):
            await submit(send)
            print("result of", await receive.receive())
        print("nobody tells me")
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
