"""Start an asyncio task that nobody waits for and nothing can wake."""

import asyncio
import gc


async def wait_for_ever() -> None:
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        print("the forgotten one: ended")


async def main() -> None:
    # The event loop keeps a weak reference only.
    asyncio.create_task(wait_for_ever())  # noqa: RUF006
    await asyncio.sleep(0.001)
    gc.collect()
    await asyncio.sleep(0.001)
    print("beside main:", len(asyncio.all_tasks()) - 1)


if __name__ == "__main__":
    asyncio.run(main())
