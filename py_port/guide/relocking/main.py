"""Lock a lock that the task holds already."""

import anyio


class Account:
    def __init__(self) -> None:
        self.mu = anyio.Lock()
        self.cents = 0

    async def add(self, cents: int) -> None:
        async with self.mu:
            self.cents += cents

    async def add_twice(self, cents: int) -> None:
        """Hold the lock, and call what takes it too."""
        async with self.mu:
            await self.add(cents)
            await self.add(cents)


async def main() -> None:
    ours = Account()
    print("locking")
    try:
        await ours.add_twice(100)
    except RuntimeError:
        print("RuntimeError: the task holds the lock")
    print("cents:", ours.cents)


if __name__ == "__main__":
    anyio.run(main)
