"""Compute on the event loop while a task wants to run."""

import time

import anyio
import anyio.lowlevel


def compute() -> None:
    """Be busy 300 times for a millisecond.

    A machine that halts the program for a while takes one of
    them away, and not all.
    """
    for _ in range(300):
        start = time.monotonic()
        while time.monotonic() - start < 0.001:
            pass


async def main() -> None:
    ticked = False

    async def tick() -> None:
        nonlocal ticked
        await anyio.sleep(0.02)
        ticked = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(tick)
        await anyio.lowlevel.checkpoint()
        compute()
        print("ticked meanwhile:", str(ticked).lower())


if __name__ == "__main__":
    anyio.run(main)
