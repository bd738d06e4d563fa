"""Wait 10 ms for an item, 300 times.

The item is sent after 9 ms, after 10 ms or after 11 ms.
"""

import anyio
from anyio.streams.memory import (
    MemoryObjectReceiveStream,
    MemoryObjectSendStream,
)


async def receive(items: MemoryObjectReceiveStream[int]) -> int:
    """Return how many items were received."""
    with anyio.move_on_after(0.01):
        await items.receive()
        return 1
    return 0


async def send_later(
    after_s: float, items: MemoryObjectSendStream[int]
) -> None:
    await anyio.sleep(after_s)
    items.send_nowait(7)


async def main() -> None:
    lost = 0
    for attempt in range(300):
        send, items = anyio.create_memory_object_stream[int](1)
        after_s = (9 + attempt % 3) / 1000
        async with send, items, anyio.create_task_group() as tasks:
            tasks.start_soon(send_later, after_s, send)
            received = await receive(items)
            await anyio.sleep(0.01)
            left = items.statistics().current_buffer_used
            lost += 1 - received - left
    print("lost:", lost)


if __name__ == "__main__":
    anyio.run(main)
