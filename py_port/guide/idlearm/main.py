"""Wait for a job and for a timer.

Each job sets the timer anew. A timer that has said no is no arm.
"""

import math

import anyio
from anyio.streams.memory import (
    MemoryObjectReceiveStream,
    MemoryObjectSendStream,
)

KEEPALIVE = 0.1


async def work(jobs: MemoryObjectReceiveStream[int], may_leave: bool) -> None:
    idle = anyio.current_time() + KEEPALIVE
    while True:
        with anyio.CancelScope(deadline=idle) as waiting:
            try:
                print("job:", await jobs.receive())
            except anyio.EndOfStream:
                print("closed")
                return
            idle = anyio.current_time() + KEEPALIVE
        if waiting.cancelled_caught:
            if may_leave:
                print("left")
                return
            print("stays")
            # A scope with no deadline never ends: it asks no more.
            idle = math.inf


async def send(jobs: MemoryObjectSendStream[int]) -> None:
    async with jobs:
        for job in range(2):
            await anyio.sleep(0.06)
            await jobs.send(job)
        await anyio.sleep(0.24)


async def main() -> None:
    for may_leave in (True, False):
        sending, jobs = anyio.create_memory_object_stream[int](1)
        async with jobs, anyio.create_task_group() as tasks:
            tasks.start_soon(send, sending)
            await work(jobs, may_leave)
            tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
