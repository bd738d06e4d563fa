"""Stop at the first error: a task group does so itself."""

import anyio


async def fail() -> None:
    raise RuntimeError("out of paper")


async def stop() -> None:
    """Wait to be told to stop, and fail at that."""
    try:
        await anyio.sleep_forever()
    finally:
        raise RuntimeError("cannot stop")


async def main() -> None:
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(stop)
            tasks.start_soon(fail)
    except* RuntimeError as group:
        for error in group.exceptions:
            print("error:", error)


if __name__ == "__main__":
    anyio.run(main)
