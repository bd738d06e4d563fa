"""Go on while two tasks wait for each other."""

import anyio


async def swap(own: anyio.Event, other: anyio.Event) -> None:
    """Wait for an event, and then set the other one."""
    await own.wait()
    other.set()


async def main() -> None:
    left, right = anyio.Event(), anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(swap, left, right)
        tasks.start_soon(swap, right, left)
        for _ in range(3):
            await anyio.sleep(3600)
            print("all is well")
        print("waiting:", len(anyio.get_running_tasks()) - 1)
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
