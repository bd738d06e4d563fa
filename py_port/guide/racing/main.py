"""Wait for one of two streams. Meanwhile both get an item."""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

Fruits = MemoryObjectReceiveStream[int]


async def first(apples: Fruits, pears: Fruits) -> list[int]:
    """Return what was taken: both, if both came at once."""
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

    async def send_both() -> None:
        await anyio.sleep(0.01)
        send_apple.send_nowait(7)
        send_pear.send_nowait(7)

    async with send_apple, apples, send_pear, pears:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send_both)
            taken = await first(apples, pears)
        left = sum(
            fruits.statistics().current_buffer_used
            for fruits in (apples, pears)
        )
        print("taken:", len(taken), "left:", left)


if __name__ == "__main__":
    anyio.run(main)
