"""Send numbers to a stream of size 0 that nobody reads."""

import anyio


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](0)
    async with send, receive:
        for n in range(3):
            try:
                send.send_nowait(n)
                print("put", n)
            except anyio.WouldBlock:
                print("no room for", n)
        waiting = receive.statistics().current_buffer_used
        print("waiting:", waiting)


if __name__ == "__main__":
    anyio.run(main)
