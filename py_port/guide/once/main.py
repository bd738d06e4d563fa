"""Load a table that ten tasks ask for at the same time."""

import anyio


class Table:
    def __init__(self) -> None:
        self._mu = anyio.Lock()
        self._loaded = False
        self.loads = 0

    async def load(self) -> None:
        await anyio.sleep(0.01)
        self.loads += 1

    async def get(self) -> int:
        """Load the table for the first; the others wait for it."""
        # The question is asked under the lock: `load` lets
        # the others run.
        async with self._mu:
            if not self._loaded:
                await self.load()
                self._loaded = True
        return self.loads


async def main() -> None:
    words = Table()
    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(words.get)
    print("loads:", await words.get())


if __name__ == "__main__":
    anyio.run(main)
