"""Lock a lock in one task, and unlock it in another."""

import anyio


async def unlock(mu: anyio.Lock) -> None:
    try:
        mu.release()
        print("another one has unlocked it")
    except RuntimeError:
        print("RuntimeError: another task holds it")


async def main() -> None:
    mu = anyio.Lock()
    async with anyio.create_task_group() as tasks:
        await mu.acquire()
        tasks.start_soon(unlock, mu)


if __name__ == "__main__":
    anyio.run(main)
