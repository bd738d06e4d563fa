"""Let a task raise while main waits for another."""

import anyio


async def work() -> None:
    await anyio.sleep(0.2)
    print("the other one: done")


async def fail() -> None:
    await anyio.sleep(0.1)
    raise AssertionError("out of paper")


async def main() -> None:
    # The group raises what its task raised, where main can
    # catch it.
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(work)
            tasks.start_soon(fail)
    except* AssertionError as group:
        print("recovered:", group.exceptions[0])


if __name__ == "__main__":
    anyio.run(main)
