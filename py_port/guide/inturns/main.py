"""Compute in a thread until somebody else has had a turn."""

import threading
import time

import anyio


def compute(ticked: threading.Event) -> bool:
    began = time.monotonic()
    while time.monotonic() - began < 10:
        if ticked.is_set():
            return True
    return False


async def main() -> None:
    ticked = threading.Event()

    async def tick() -> None:
        await anyio.sleep(0.001)
        ticked.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(tick)
        turn = await anyio.to_thread.run_sync(compute, ticked)
    print("somebody else had a turn:", str(turn).lower())


if __name__ == "__main__":
    anyio.run(main)
