"""Wait for an answer that nobody sends, and for a signal."""

import os
import signal

import anyio
from anyio.abc import TaskGroup


def signal_later(tasks: TaskGroup) -> None:
    """Have a shell send us a signal in 300 ms."""
    send = f"sleep 0.3; kill -USR1 {os.getpid()}"
    tasks.start_soon(anyio.run_process, ["sh", "-c", send])


async def main() -> None:
    send, answers = anyio.create_memory_object_stream[int]()
    with send, answers:
        async with anyio.create_task_group() as tasks:

            async def listen() -> None:
                await anext(signals)
                print("a signal, and still no answer")
                tasks.cancel_scope.cancel()

            receive = anyio.open_signal_receiver
            with receive(signal.SIGUSR1) as signals:
                tasks.start_soon(listen)
                signal_later(tasks)
                print("asking")
                print("answer:", await answers.receive())


if __name__ == "__main__":
    anyio.run(main)
