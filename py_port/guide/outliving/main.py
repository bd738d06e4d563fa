"""End while work that was given up on goes on."""

import time

import anyio


def work() -> None:
    time.sleep(0.6)
    print("work: done")


async def main() -> None:
    with anyio.move_on_after(0.2) as limit:
        await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
    if limit.cancelled_caught:
        print("main: gave up")


if __name__ == "__main__":
    anyio.run(main)
