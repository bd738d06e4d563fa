"""Wait for an answer that nobody can send, with a limit."""

import anyio
from anyio.abc import ObjectReceiveStream


async def ask(answers: ObjectReceiveStream[int]) -> int:
    print("asking")
    return await answers.receive()


async def main() -> None:
    send, answers = anyio.create_memory_object_stream[int]()
    with send, answers:
        # Without this limit it waits for ever.
        with anyio.move_on_after(0.3):
            print("answer:", await ask(answers))
        print("nobody tells me")


if __name__ == "__main__":
    anyio.run(main)
