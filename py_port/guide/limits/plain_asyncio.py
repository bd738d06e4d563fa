"""Give up on work that takes longer than its time limit: by asyncio.timeout."""

import asyncio


async def work(takes_s: float) -> None:
    """Return when it is done. It knows of no limit: a block around it does."""
    await asyncio.sleep(takes_s)


async def main() -> None:
    limit_s = 0.1
    for takes_s in (0.05, 0.5):
        try:
            async with asyncio.timeout(limit_s):
                await work(takes_s)
            print("done")
        except TimeoutError:
            print("timed out")


if __name__ == "__main__":
    asyncio.run(main())
