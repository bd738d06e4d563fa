"""Wait for an answer that nobody can send, with a limit."""

import asyncio


async def ask(answers: asyncio.Queue[int]) -> int:
    print("asking")
    return await answers.get()


async def main() -> None:
    answers = asyncio.Queue[int]()
    try:
        # Without this limit it waits for ever.
        async with asyncio.timeout(0.3):
            print("answer:", await ask(answers))
    except TimeoutError:
        print("nobody tells me")


if __name__ == "__main__":
    asyncio.run(main())
