"""Start work that fails, and never ask what came of it."""

import anyio


async def fail() -> None:
    raise RuntimeError("out of paper")


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(fail)
        await anyio.sleep(0.1)
        print("main: done")


if __name__ == "__main__":
    anyio.run(main)
