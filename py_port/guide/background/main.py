"""Have a task work until main is done, and then cancel it."""

from itertools import count

import anyio


async def tick() -> None:
    try:
        for n in count(1):
            await anyio.sleep(0.01)
            print("tick", n)
    finally:
        print("ticker: cleaned up")


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(tick)
        await anyio.sleep(0.025)
        print("main: done")
        # Without this line the group would wait for ever.
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
