"""Leave a task group while a task in it still sleeps."""

import anyio


async def child() -> None:
    await anyio.sleep(0.1)
    print("child: done")


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(child)
        # The block cannot be left before the child has ended.
        print("main: done")


if __name__ == "__main__":
    anyio.run(main)
