"""Start two tasks that nothing can wake, and keep a reference to one."""

import asyncio
import gc


async def wait_for_ever(name: str) -> None:
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        print(f"the {name} one: ended")


async def main() -> None:
    # The event loop itself keeps a weak reference only.
    held = asyncio.create_task(wait_for_ever("held"))
    asyncio.create_task(wait_for_ever("forgotten"))  # noqa: RUF006
    await asyncio.sleep(0.001)
    gc.collect()
    await asyncio.sleep(0.001)
    print("beside main:", len(asyncio.all_tasks()) - 1)
    held.cancel()


if __name__ == "__main__":
    asyncio.run(main())
