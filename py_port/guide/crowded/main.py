"""Make 50 blocking calls at once."""

import threading

import anyio


def block(release: threading.Event) -> None:
    release.wait()


async def main() -> None:
    calls = 50
    release = threading.Event()
    async with anyio.create_task_group() as tasks:
        for _ in range(calls):
            tasks.start_soon(anyio.to_thread.run_sync, block, release)
        await anyio.wait_all_tasks_blocked()
        limiter = anyio.to_thread.current_default_thread_limiter()
        waiting = limiter.statistics().tasks_waiting
        started = limiter.borrowed_tokens
        print("blocked:", started, "in line:", waiting)
        release.set()


if __name__ == "__main__":
    anyio.run(main)
