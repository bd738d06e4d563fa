"""Close a stream that still holds two numbers, and send once more."""

import anyio


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](2)
    await send.send(1)
    await send.send(2)
    await send.aclose()
    # What the stream holds is still there; only then does the loop end.
    async with receive:
        async for n in receive:
            print("received", n)
    print("the stream is closed and empty")
    try:
        await send.send(3)
    except anyio.ClosedResourceError as error:
        print("error:", type(error).__name__)


if __name__ == "__main__":
    anyio.run(main)
