"""Take an item and work on it for 20 ms before it is kept.

After 10 ms comes a stop: without a shield, then with one.
"""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream


async def take_and_keep(
    items: MemoryObjectReceiveStream[int], kept: list[int], *, shield: bool
) -> None:
    item = await items.receive()
    # The stop arrives here, and `item` is forgotten: a shield
    # defers it.
    with anyio.CancelScope(shield=shield):
        await anyio.sleep(0.02)
        kept.append(item)


async def main() -> None:
    for shield in (False, True):
        send, items = anyio.create_memory_object_stream[int](1)
        async with send, items:
            await send.send(7)
            kept: list[int] = []
            with anyio.move_on_after(0.01):
                await take_and_keep(items, kept, shield=shield)
            left = items.statistics().current_buffer_used
            print("kept:", len(kept), "left:", left)


if __name__ == "__main__":
    anyio.run(main)
