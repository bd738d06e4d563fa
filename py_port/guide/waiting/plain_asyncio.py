"""Start three tasks, wait for all, and collect what they return."""

import asyncio


async def square(n: int) -> int:
    """Take as many milliseconds as the result."""
    await asyncio.sleep(n * n / 1000)
    print("squared", n)
    return n * n


async def main() -> None:
    # gather keeps the order of its arguments.
    results = await asyncio.gather(*(square(3 - i) for i in range(3)))
    print("results:", results[0], results[1], results[2])


if __name__ == "__main__":
    asyncio.run(main())
