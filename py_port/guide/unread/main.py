"""End while the stream still holds two numbers."""

import anyio


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](5)
    async with send, receive:
        for n in range(3):
            await send.send(n)
        print("received", await receive.receive())
        now = receive.statistics()
        size = int(now.max_buffer_size)
        print("buffered:", now.current_buffer_used, "of", size)
        # Nobody complains about the other two.


if __name__ == "__main__":
    anyio.run(main)
