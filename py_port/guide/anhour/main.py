"""Bake bread, and look at it now and then."""

import anyio


async def bake() -> None:
    await anyio.sleep(3600)
    print("bread: done")


async def main() -> None:
    async with anyio.create_task_group() as tasks:

        async def look() -> None:
            while True:
                await anyio.sleep(25 * 60)
                print("cook: not yet")

        tasks.start_soon(look)
        await bake()
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
