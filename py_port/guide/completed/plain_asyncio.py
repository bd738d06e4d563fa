"""Take three results in the order in which they are ready."""

import asyncio


async def fetch(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return name


async def main() -> None:
    tick = 0.01
    fetches = (
        fetch("slow", 3 * tick),
        fetch("medium", 2 * tick),
        fetch("quick", tick),
    )
    for earliest in asyncio.as_completed(fetches):
        print("fetched", await earliest)


if __name__ == "__main__":
    asyncio.run(main())
