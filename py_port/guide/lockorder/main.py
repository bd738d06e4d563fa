"""Take two locks, in two orders."""

import anyio


async def take(name: str, first: anyio.Lock, second: anyio.Lock) -> None:
    async with first:
        print(name, "has one", flush=True)
        await anyio.sleep(0.01)
        async with second:
            print(name, "has both", flush=True)


async def main() -> None:
    from_, to = anyio.Lock(), anyio.Lock()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(take, "pay", from_, to)
        tasks.start_soon(take, "refund", to, from_)


if __name__ == "__main__":
    anyio.run(main)
