"""Wait for one of two streams that both have an item."""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

Fruits = MemoryObjectReceiveStream[int]


async def first(apples: Fruits, pears: Fruits) -> list[int]:
    """Return what was taken: one item. The other is cancelled."""
    taken: list[int] = []

    async def take(fruits: Fruits) -> None:
        taken.append(await fruits.receive())
        tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(take, apples)
        tasks.start_soon(take, pears)
    return taken


async def main() -> None:
    send_apple, apples = anyio.create_memory_object_stream[int](1)
    send_pear, pears = anyio.create_memory_object_stream[int](1)
    async with send_apple, apples, send_pear, pears:
        await send_apple.send(7)
        await send_pear.send(7)
        taken = await first(apples, pears)
        print("taken:", taken)
        left = [
            fruits.statistics().current_buffer_used
            for fruits in (apples, pears)
        ]
        print("left:", sum(left))


if __name__ == "__main__":
    anyio.run(main)
