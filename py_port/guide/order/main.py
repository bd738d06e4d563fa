"""Start three tasks, one after the other."""

import anyio


async def child(n: int) -> None:
    print("child", n, "runs")


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        for n in range(3):
            tasks.start_soon(child, n)
        # Started in order: who runs first is not promised.


if __name__ == "__main__":
    anyio.run(main)
