"""Start three tasks, wait for all, and collect the results."""

import anyio


async def square(n: int) -> int:
    """Take as many milliseconds as the result."""
    await anyio.sleep(n * n / 1000)
    print("squared", n)
    return n * n


async def main() -> None:
    # A task group keeps no results: each writes into its place.
    results = [0, 0, 0]

    async def fill(i: int) -> None:
        results[i] = await square(3 - i)

    async with anyio.create_task_group() as tasks:
        for i in range(len(results)):
            tasks.start_soon(fill, i)
    print("results:", results[0], results[1], results[2])


if __name__ == "__main__":
    anyio.run(main)
