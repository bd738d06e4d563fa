"""Wait for tasks that were started by tasks."""

import asyncio


async def visit(tasks: asyncio.TaskGroup, level: int) -> None:
    """Start the next level, and be done after that one."""
    if level < 3:
        # The group is still open, as this task is in it.
        tasks.create_task(visit(tasks, level + 1))
    await asyncio.sleep((40 - 10 * level) / 1000)
    print("visited level", level)


async def main() -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(visit(tasks, 1))
    print("main: has waited for all")


if __name__ == "__main__":
    asyncio.run(main())
