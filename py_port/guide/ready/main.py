"""Wait until what was started is ready, and no longer."""

import anyio
from anyio.abc import TaskStatus


async def serve(*, task_status: TaskStatus[int]) -> None:
    print("server: opens its port")
    await anyio.sleep(0.01)
    task_status.started(8080)
    await anyio.sleep(0.01)
    print("server: done")


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        port = await tasks.start(serve)
        print("main: the server listens at port", port)


if __name__ == "__main__":
    anyio.run(main)
