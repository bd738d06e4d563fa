"""Give up on work that takes longer than its time limit."""

import anyio


async def work(takes_s: float) -> None:
    """Return when it is done. A scope around it knows the limit."""
    await anyio.sleep(takes_s)


async def main() -> None:
    limit_s = 0.1
    for takes_s in (0.05, 0.5):
        try:
            with anyio.fail_after(limit_s):
                await work(takes_s)
            print("done")
        except TimeoutError:
            print("timed out")


if __name__ == "__main__":
    anyio.run(main)
