"""Compute in a thread until somebody else has had a turn."""

import asyncio
import threading
import time


def compute(ticked: threading.Event) -> bool:
    began = time.monotonic()
    while time.monotonic() - began < 10:
        if ticked.is_set():
            return True
    return False


async def main() -> None:
    ticked = threading.Event()
    result = asyncio.create_task(asyncio.to_thread(compute, ticked))
    await asyncio.sleep(0.001)
    ticked.set()
    print("somebody else had a turn:", str(await result).lower())


if __name__ == "__main__":
    asyncio.run(main())
