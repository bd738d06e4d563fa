"""Work within two limits, the outer one shorter: by asyncio.timeout."""

import asyncio


async def work() -> None:
    await asyncio.Event().wait()


async def main() -> None:
    short, long = 0.1, 0.2
    try:
        async with asyncio.timeout(short):
            try:
                async with asyncio.timeout(long):
                    await work()
            except TimeoutError:
                print("TimeoutError: the inner limit")
    except TimeoutError:
        print("TimeoutError: the outer limit")


if __name__ == "__main__":
    asyncio.run(main())
