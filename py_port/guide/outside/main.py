"""Run a test whose clock jumps.

It makes a blocking call of a second. The limit is an hour.
"""

import time

import anyio
from trio.testing import MockClock


def call() -> None:
    time.sleep(1)


async def wait() -> None:
    in_thread = anyio.to_thread.run_sync
    with anyio.move_on_after(3600) as limit:
        await in_thread(call, abandon_on_cancel=True)
    if limit.cancelled_caught:
        print("an hour is over")
    else:
        print("the call came back")


def test() -> None:
    options = {"clock": MockClock(autojump_threshold=0)}
    anyio.run(wait, backend="trio", backend_options=options)


def main() -> None:
    test()
    print("PASS")


if __name__ == "__main__":
    main()
