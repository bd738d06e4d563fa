"""Add to a counter a thousand times in each of ten tasks."""

import anyio


class Counter:
    n = 0


async def add(c: Counter) -> None:
    for _ in range(1000):
        # There is no await here, so no other task runs in
        # between.
        c.n += 1


async def main() -> None:
    c = Counter()
    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(add, c)
    print("counted:", c.n)


if __name__ == "__main__":
    anyio.run(main)
