"""Mark the end of a queue when the last of three senders is done."""

import asyncio


async def produce(numbers: asyncio.Queue[int | None], first: int) -> None:
    for n in range(2):
        await numbers.put(first + n)


async def main() -> None:
    numbers: asyncio.Queue[int | None] = asyncio.Queue(1)

    async def close() -> None:
        await asyncio.gather(*(produce(numbers, n) for n in (10, 20, 30)))
        # No sender knows whether it is the last, so none of them does this.
        await numbers.put(None)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(close())
        while (n := await numbers.get()) is not None:
            print("received", n)
        print("every sender is done")


if __name__ == "__main__":
    asyncio.run(main())
