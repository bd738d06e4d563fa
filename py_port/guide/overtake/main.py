"""Try to send while another sender waits for room."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream


def offer(numbers: MemoryObjectSendStream[int], n: int) -> None:
    try:
        numbers.send_nowait(n)
        print("sent", n, "without waiting")
    except anyio.WouldBlock:
        print("no room for", n)


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](1)
    async with anyio.create_task_group() as tasks, send, receive:
        await send.send(1)
        tasks.start_soon(send.send, 2)
        await anyio.sleep(0.001)
        # 1 fills the stream, and 2 waits for room.
        print("received", await receive.receive())
        offer(send, 3)
        print("received", await receive.receive())


if __name__ == "__main__":
    anyio.run(main)
