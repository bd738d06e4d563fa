"""Start a worker in a task group, which counts it at once."""

import anyio


async def worker() -> None:
    await anyio.sleep(0.01)
    print("worker: done")


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        # The worker is in the group before this call returns.
        tasks.start_soon(worker)
    print("main: has waited")


if __name__ == "__main__":
    anyio.run(main)
