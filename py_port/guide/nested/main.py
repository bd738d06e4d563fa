"""Wait for tasks that were started by tasks."""

import anyio
from anyio.abc import TaskGroup


async def visit(tasks: TaskGroup, level: int) -> None:
    """Start the next level, and be done after that one."""
    if level < 3:
        # The group is still open, as this task is in it.
        tasks.start_soon(visit, tasks, level + 1)
    await anyio.sleep((40 - 10 * level) / 1000)
    print("visited level", level)


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(visit, tasks, 1)
    print("main: has waited for all")


if __name__ == "__main__":
    anyio.run(main)
