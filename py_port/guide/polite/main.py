"""Compute for up to 5 s, and let others run after each ms."""

import time

import anyio
import anyio.lowlevel


def crunch() -> None:
    start = time.monotonic()
    while time.monotonic() - start < 0.001:
        pass


async def compute() -> None:
    for _ in range(5000):
        crunch()
        # The limit is noticed here, and other tasks run.
        await anyio.lowlevel.checkpoint()


async def main() -> None:
    with anyio.move_on_after(0.05) as limit:
        await compute()
    print("stopped:", str(limit.cancelled_caught).lower())


if __name__ == "__main__":
    anyio.run(main)
