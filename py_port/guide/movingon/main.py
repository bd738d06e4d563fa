"""Fetch pages for 100 ms, and go on with what is there."""

import anyio


async def fetch() -> None:
    await anyio.sleep(0.04)


async def main() -> None:
    pages = 0
    with anyio.move_on_after(0.1) as scope:
        for _ in range(5):
            await fetch()
            pages += 1
    timed_out = str(scope.cancelled_caught).lower()
    print("pages:", pages, "timed out:", timed_out)


if __name__ == "__main__":
    anyio.run(main)
