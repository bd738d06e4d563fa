"""Wait for an item or a stop, 200 times, with both there.

With the port's select, which looks at both and starts none.
"""

import anyio

from py_port.internal.golang import select as go_select
from py_port.internal.golang.channel import NOT_READY, Channel
from py_port.internal.golang.context import Context, ContextDone


async def receive(ctx: Context, items: Channel[int]) -> int:
    """Return how many items were received: one or none."""
    try:
        await go_select.receive(ctx, items)
    except ContextDone:
        return 0
    return 1


async def main() -> None:
    lost = 0
    for _ in range(200):
        ctx = Context()
        items: Channel[int] = Channel(1)
        await items.send(7)
        ctx.cancel()
        received = await receive(ctx, items)
        # What was not received is still in the channel.
        left = items.try_receive() is not NOT_READY
        lost += 1 - received - left
    print("lost:", lost)


if __name__ == "__main__":
    anyio.run(main)
