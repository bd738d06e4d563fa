"""Take the first of three answers, and cancel the rest."""

import anyio


async def first(size: int) -> int:
    send, receive = anyio.create_memory_object_stream[int](size)

    async def answer(n: int) -> None:
        await anyio.sleep((n + 1) / 1000)
        await send.send(n)

    async with anyio.create_task_group() as tasks, send, receive:
        for n in range(3):
            tasks.start_soon(answer, n)
        earliest = await receive.receive()
        tasks.cancel_scope.cancel()
    return earliest


async def main() -> None:
    for size in (0, 3):
        before = len(anyio.get_running_tasks())
        await first(size)
        await anyio.sleep(0.01)
        left = len(anyio.get_running_tasks()) - before
        print("size", size, "left behind:", left)


if __name__ == "__main__":
    anyio.run(main)
