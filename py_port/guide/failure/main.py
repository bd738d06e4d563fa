"""Let one of two tasks fail while the other works."""

import anyio


async def fail() -> None:
    await anyio.sleep(0.1)
    raise RuntimeError("out of paper")


async def work() -> None:
    try:
        await anyio.sleep(0.2)
        print("the other one: done")
    except anyio.get_cancelled_exc_class():
        # The task group cancels the others when one of its
        # tasks fails.
        print("the other one: cancelled")
        raise


async def main() -> None:
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fail)
            tasks.start_soon(work)
    except* RuntimeError as group:
        print("error:", group.exceptions[0])


if __name__ == "__main__":
    anyio.run(main)
