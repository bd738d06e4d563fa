"""Have four threads compute at once.

Tell how many processors they used.
"""

import time

import anyio


def compute(end: float) -> None:
    while time.monotonic() < end:
        pass


def processor_time() -> float:
    """Return what the process has used so far."""
    return time.process_time()


async def main() -> None:
    began, before = time.monotonic(), processor_time()
    in_thread, end = anyio.to_thread.run_sync, began + 0.3
    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(in_thread, compute, end)
    used = processor_time() - before
    took = time.monotonic() - began
    print(f"processors: {used / took:.2f}")


if __name__ == "__main__":
    anyio.run(main)
