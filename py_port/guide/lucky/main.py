"""Run a test 200 times that holds in one order only."""

import anyio


async def holds() -> bool:
    """Tell whether the first one is the first."""
    order: list[int] = []

    async def child(n: int) -> None:
        order.append(n)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(child, 1)
        tasks.start_soon(child, 2)
    return order == [1, 2]


def main() -> None:
    async def failures() -> int:
        return sum([not await holds() for _ in range(200)])

    for name in ("asyncio", "trio"):
        failed = anyio.run(failures, backend=name)
        print(f"failed on {name}: {failed}")


if __name__ == "__main__":
    main()
