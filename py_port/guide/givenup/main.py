"""Give up a send that nobody receives; look for the item."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream


async def send(items: MemoryObjectSendStream[int]) -> None:
    with anyio.move_on_after(0.01) as limit:
        await items.send(7)
        print("sent")
    if limit.cancelled_caught:
        print("gave up")


async def main() -> None:
    to_items, items = anyio.create_memory_object_stream[int](0)
    async with to_items, items:
        await send(to_items)
        try:
            print("received", items.receive_nowait())
        except anyio.WouldBlock:
            print("nothing there")


if __name__ == "__main__":
    anyio.run(main)
