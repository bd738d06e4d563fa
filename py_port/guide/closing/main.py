"""Close a stream that still holds two numbers."""

import anyio


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](2)
    async with receive:
        await send.send(1)
        await send.send(2)
        await send.aclose()
        # What it holds is still received; then the loop ends.
        async for n in receive:
            print("received", n)
        print("closed and empty")
        try:
            print("once more:", await receive.receive())
        except anyio.EndOfStream as error:
            print("once more:", type(error).__name__)


if __name__ == "__main__":
    anyio.run(main)
