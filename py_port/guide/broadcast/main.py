"""Wake three tasks by setting an event."""

import anyio


async def wait(stop: anyio.Event, name: str) -> None:
    await stop.wait()
    print(name, "goes on")


async def main() -> None:
    stop = anyio.Event()
    async with anyio.create_task_group() as tasks:
        for name in ("one", "two", "three"):
            tasks.start_soon(wait, stop, name)
        await anyio.sleep(0.001)
        stop.set()
    await wait(stop, "a latecomer")


if __name__ == "__main__":
    anyio.run(main)
