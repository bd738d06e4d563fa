"""Have a task work until main is done."""

import asyncio
from itertools import count


async def tick() -> None:
    try:
        for n in count(1):
            await asyncio.sleep(0.01)
            print("tick", n)
    finally:
        print("ticker: cleaned up")


async def main() -> None:
    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0.025)
    print("main: done")
    # asyncio.run would cancel the ticker too, but late: after main.
    ticker.cancel()


if __name__ == "__main__":
    asyncio.run(main())
