"""Make a blocking call while another task wants to run."""

import time
from collections.abc import Awaitable, Callable

import anyio


async def show(block: Callable[[], Awaitable[None]]) -> None:
    """Tell whether another task ran during `block`."""
    ticked = False

    async def tick() -> None:
        nonlocal ticked
        await anyio.sleep(0.02)
        ticked = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(tick)
        await block()
        print(block.__name__, "ticked meanwhile:", str(ticked).lower())


async def main() -> None:
    async def on_the_loop() -> None:
        time.sleep(0.1)  # the mistake

    async def in_a_thread() -> None:
        await anyio.to_thread.run_sync(time.sleep, 0.1)

    await show(on_the_loop)
    await show(in_a_thread)


if __name__ == "__main__":
    anyio.run(main)
