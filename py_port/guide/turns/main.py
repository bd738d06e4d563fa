"""Let two loops run on the event loop.

First without a word, then yielding each time around.
"""

from collections.abc import Awaitable, Callable

import anyio
from anyio.lowlevel import checkpoint


async def count(pause: Callable[[], Awaitable[None]]) -> int:
    """Return how often the turn passed to the other loop."""
    changes, last = 0, -1

    async def loop(number: int) -> None:
        nonlocal changes, last
        for _ in range(3):
            if last != number:
                changes, last = changes + 1, number
            await pause()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(loop, 0)
        tasks.start_soon(loop, 1)
    return changes


async def nothing() -> None:
    """Wait for nothing: an await of this does not yield."""


async def main() -> None:
    print("without a word:", await count(nothing))
    print("yielding:", await count(checkpoint))


if __name__ == "__main__":
    anyio.run(main)
