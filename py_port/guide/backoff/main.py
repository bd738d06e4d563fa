"""Ask a service that fails three times.

Before each new attempt it waits, twice as long as before, and 300 ms at most.
"""

import anyio


def ask(attempt: int) -> bool:
    """Tell whether the attempt succeeds."""
    return attempt > 3


async def retry() -> None:
    """Make attempts until one succeeds. A cancellation ends a wait."""
    attempt, delay_s = 1, 0.1
    while not ask(attempt):
        print("failed:", attempt)
        await anyio.sleep(delay_s)
        delay_s = min(2 * delay_s, 0.3)
        attempt += 1


async def main() -> None:
    await retry()
    print("given up: false")
    with anyio.move_on_after(0.25) as scope:
        await retry()
    print("given up:", str(scope.cancelled_caught).lower())


if __name__ == "__main__":
    anyio.run(main)
