"""Work for longer than the limit without ever waiting."""

import time

import anyio


def work() -> None:
    start = time.monotonic()
    while time.monotonic() - start < 0.1:
        pass


async def main() -> None:
    try:
        with anyio.fail_after(0.05) as scope:
            work()
        print("work: done")
    except TimeoutError:
        print("work: timed out")
    print("too late:", str(anyio.current_time() > scope.deadline).lower())


if __name__ == "__main__":
    anyio.run(main)
