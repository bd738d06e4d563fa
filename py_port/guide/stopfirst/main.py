"""Prefer a stop to a job, 200 times, with both there."""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream


async def receive(jobs: MemoryObjectReceiveStream[int]) -> bool:
    """Whether a job was taken."""
    with anyio.CancelScope() as scope:
        scope.cancel()
        # In a cancelled scope this raises, even though a job
        # is there.
        await jobs.receive()
        return True
    return False


async def main() -> None:
    tries = 200
    send, jobs = anyio.create_memory_object_stream[int](tries)
    async with send, jobs:
        for job_id in range(tries):
            await send.send(job_id)
        taken = 0
        for _ in range(tries):
            if await receive(jobs):
                taken += 1
        left = jobs.statistics().current_buffer_used
    print("taken:", taken, "left:", left)


if __name__ == "__main__":
    anyio.run(main)
