"""Let one of two tasks raise an error while the other works: asyncio.gather."""

import asyncio


async def fail() -> None:
    await asyncio.sleep(0.1)
    raise RuntimeError("out of paper")


async def work() -> None:
    await asyncio.sleep(0.2)
    # Nothing has told this task that the other one failed.
    print("the other one: done")


async def main() -> None:
    try:
        await asyncio.gather(fail(), work())
    except RuntimeError as error:
        print("error:", error)
    # `gather` has raised the error, and has left the other
    # task behind.
    await asyncio.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(main())
