"""Add to a counter ten times, sleeping in between.

Once without a lock, and once with one.
"""

import anyio


class Counter:
    def __init__(self) -> None:
        self.mu = anyio.Lock()
        self.n = 0

    async def add(self) -> None:
        read = self.n
        await anyio.sleep(0.001)
        self.n = read + 1

    async def add_locked(self) -> None:
        async with self.mu:
            read = self.n
            await anyio.sleep(0.001)
            self.n = read + 1


async def main() -> None:
    torn, whole = Counter(), Counter()
    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(torn.add)
            tasks.start_soon(whole.add_locked)
    print("without a lock around all of it:", torn.n)
    print("with one:", whole.n)


if __name__ == "__main__":
    anyio.run(main)
