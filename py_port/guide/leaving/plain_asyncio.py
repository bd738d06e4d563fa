"""Return from main while a task still sleeps."""

import asyncio


async def child() -> None:
    try:
        await asyncio.sleep(0.1)
        print("child: done")
    except asyncio.CancelledError:
        print("child: cancelled")
        raise


async def main() -> None:
    task = asyncio.create_task(child())
    # One turn of the loop: the child has begun.
    await asyncio.sleep(0)
    assert not task.done()
    print("main: done")


if __name__ == "__main__":
    asyncio.run(main())
