"""Have three workers take from one stream, one after another."""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream


async def take(worker: int, jobs: MemoryObjectReceiveStream[int]) -> None:
    """Take one job and leave. What a worker was given it closes."""
    try:
        with jobs:
            print("worker", worker, "took", await jobs.receive())
    except anyio.ClosedResourceError as error:
        print("worker", worker, "got", type(error).__name__)


async def main() -> None:
    send, jobs = anyio.create_memory_object_stream[int](3)
    with send:
        for job in range(3):
            send.send_nowait(job)
        await take(1, jobs.clone())
        await take(2, jobs)
        await take(3, jobs)


if __name__ == "__main__":
    anyio.run(main)
