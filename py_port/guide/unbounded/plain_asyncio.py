"""Put three numbers into a queue of size 0 that nobody reads."""

import asyncio


async def main() -> None:
    numbers: asyncio.Queue[int] = asyncio.Queue(0)
    for n in range(3):
        try:
            numbers.put_nowait(n)
            print("put", n)
        except asyncio.QueueFull:
            print("no room for", n)
    print("waiting:", numbers.qsize())


if __name__ == "__main__":
    asyncio.run(main())
