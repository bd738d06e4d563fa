"""Wait for two jobs, one of which returns early."""

import anyio


async def job(n: int) -> None:
    if n == 2:
        print("job 2: nothing to do")
        return
    print("job", n, "done")


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        for n in (1, 2):
            tasks.start_soon(job, n)
    print("main: done")


if __name__ == "__main__":
    anyio.run(main)
