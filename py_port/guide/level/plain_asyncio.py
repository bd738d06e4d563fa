"""Go on working after being told to stop: in plain asyncio."""

import asyncio


async def work() -> None:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("told to stop")
    # The exception was swallowed, and it does not come again.
    await asyncio.sleep(0.05)
    print("worked on")


async def main() -> None:
    task = asyncio.create_task(work())
    await asyncio.sleep(0.1)
    task.cancel()
    await task


if __name__ == "__main__":
    asyncio.run(main())
