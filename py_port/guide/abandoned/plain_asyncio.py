"""Give up on work that cannot be told to stop: in plain asyncio."""

import asyncio
import threading


def work(release: threading.Event, ended: threading.Event) -> None:
    """Block until it is released: a thread knows of no cancellation."""
    release.wait()
    ended.set()


async def main() -> None:
    release, ended = threading.Event(), threading.Event()
    try:
        async with asyncio.timeout(0.3):
            await asyncio.to_thread(work, release, ended)
        print("done")
    except TimeoutError:
        print("gave up")
    print("the work has ended:", str(ended.is_set()).lower())
    release.set()
    await asyncio.to_thread(ended.wait)
    print("the work has ended:", str(ended.is_set()).lower())


if __name__ == "__main__":
    asyncio.run(main())
