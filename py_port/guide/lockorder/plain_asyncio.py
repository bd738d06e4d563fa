"""Take two locks, in two orders."""

import asyncio


async def take(name: str, first: asyncio.Lock, second: asyncio.Lock) -> None:
    async with first:
        print(name, "has one", flush=True)
        await asyncio.sleep(0.01)
        async with second:
            print(name, "has both", flush=True)


async def main() -> None:
    from_, to = asyncio.Lock(), asyncio.Lock()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(take("pay", from_, to))
        tasks.create_task(take("refund", to, from_))


if __name__ == "__main__":
    asyncio.run(main())
