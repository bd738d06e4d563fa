"""Have three senders wait for room in a full stream."""

import anyio


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](1)

    async def produce(n: int) -> None:
        await anyio.sleep(n / 1000)
        await send.send(n)

    async with anyio.create_task_group() as tasks, send, receive:
        for n in range(4):
            tasks.start_soon(produce, n)
        await anyio.sleep(0.01)
        # Who has waited longest gets the room first.
        for _ in range(4):
            print("received", await receive.receive())


if __name__ == "__main__":
    anyio.run(main)
