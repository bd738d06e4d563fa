"""Send a usual job and then an urgent one to a worker that waits for either."""

from collections import deque

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream


async def take(
    urgent: deque[str],
    usual: deque[str],
    permits: MemoryObjectReceiveStream[None],
) -> str:
    """Return an urgent job if there is one, and otherwise a usual one."""
    # A permit says that there is a job. Which one is seen after the wait.
    await permits.receive()
    return (urgent or usual).popleft()


async def main() -> None:
    urgent, usual = deque[str](), deque[str]()
    send, permits = anyio.create_memory_object_stream[None](2)

    async def work() -> None:
        for _ in range(2):
            print(await take(urgent, usual, permits))

    async with anyio.create_task_group() as tasks, send, permits:
        tasks.start_soon(work)
        await anyio.sleep(1)
        usual.append("usual")
        send.send_nowait(None)
        urgent.append("urgent")
        send.send_nowait(None)
        await anyio.sleep(1)


if __name__ == "__main__":
    anyio.run(main)
