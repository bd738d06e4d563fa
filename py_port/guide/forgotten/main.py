"""Start a task that nobody refers to and nothing can wake."""

import gc

import anyio


async def wait_for_ever() -> None:
    try:
        await anyio.Event().wait()
    finally:
        print("the forgotten one: ended")


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait_for_ever)
        await anyio.sleep(0.001)
        gc.collect()
        await anyio.sleep(0.001)
        beside_main = len(anyio.get_running_tasks()) - 1
        print("beside main:", beside_main)
        # Without this line the group would wait for ever too.
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
