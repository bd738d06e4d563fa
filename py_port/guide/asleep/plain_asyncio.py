"""Wait for an answer that nobody can send."""

import asyncio


async def ask(answers: asyncio.Queue[int]) -> int:
    print("asking", flush=True)
    return await answers.get()


async def main() -> None:
    answers = asyncio.Queue[int]()
    print("answer:", await ask(answers))


if __name__ == "__main__":
    asyncio.run(main())
