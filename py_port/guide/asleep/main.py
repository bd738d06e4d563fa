"""Wait for an answer that nobody can send."""

import anyio
from anyio.abc import ObjectReceiveStream


async def ask(answers: ObjectReceiveStream[int]) -> int:
    print("asking", flush=True)
    return await answers.receive()


async def main() -> None:
    send, answers = anyio.create_memory_object_stream[int]()
    with send, answers:
        print("answer:", await ask(answers))


if __name__ == "__main__":
    anyio.run(main)
