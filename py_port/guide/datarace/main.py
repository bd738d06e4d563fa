"""Count without a lock: with no await between, no race."""

import anyio


class Counter:
    n = 0


async def add(c: Counter, after_s: float) -> None:
    await anyio.sleep(after_s)
    c.n += 1


async def main() -> None:
    c = Counter()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(add, c, 0.01)
        tasks.start_soon(add, c, 0.02)
    print("counted:", c.n)


if __name__ == "__main__":
    anyio.run(main)
