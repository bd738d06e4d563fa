"""Go on working after being told to stop: in asyncio, and in anyio."""

import asyncio

import anyio


async def work(name: str) -> None:
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        print(f"{name}: told to stop")
    # The exception was swallowed, which one should not do.
    await asyncio.sleep(0.05)
    print(f"{name}: worked on")


async def main() -> None:
    task = asyncio.create_task(work("asyncio"))
    await asyncio.sleep(0.1)
    task.cancel()
    await task
    with anyio.move_on_after(0.1) as scope:
        await work("anyio")
    print("anyio: cancelled again:", str(scope.cancelled_caught).lower())


if __name__ == "__main__":
    asyncio.run(main())
