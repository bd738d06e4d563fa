"""Go on with the next job after one that raises."""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream


def divide(by: int) -> int:
    return 12 // by


def attempt(by: int) -> None:
    """Turn an exception of the job into a line."""
    try:
        print("job", by, "gives", divide(by))
    # A cancellation is no Exception, and passes.
    except Exception:
        print("job", by, "failed")


async def worker(jobs: MemoryObjectReceiveStream[int]) -> None:
    async for by in jobs:
        attempt(by)


async def main() -> None:
    send, jobs = anyio.create_memory_object_stream[int](3)
    async with jobs:
        async with send:
            for by in (3, 0, 4):
                await send.send(by)
        await worker(jobs)


if __name__ == "__main__":
    anyio.run(main)
