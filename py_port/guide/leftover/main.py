"""Look for a task that is left, and find its function."""

import anyio


async def stuck() -> None:
    await anyio.Event().wait()


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stuck)
        await anyio.sleep(0.001)
        # By default a task has the name of its function.
        for task in anyio.get_running_tasks():
            if task.name and task.name.endswith(".stuck"):
                print("found stuck")
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
