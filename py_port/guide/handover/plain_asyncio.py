"""Lock a lock in one task, and unlock it in another: in plain asyncio."""

import asyncio


async def unlock(mu: asyncio.Lock) -> None:
    mu.release()
    print("another one has unlocked it")


async def main() -> None:
    mu = asyncio.Lock()
    async with asyncio.TaskGroup() as tasks:
        await mu.acquire()
        tasks.create_task(unlock(mu))


if __name__ == "__main__":
    asyncio.run(main())
