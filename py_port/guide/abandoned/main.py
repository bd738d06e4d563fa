"""Give up on work that cannot be told to stop."""

import threading

import anyio


def work(release: threading.Event, ended: threading.Event) -> None:
    """Block until released: a thread knows of no scope."""
    release.wait()
    ended.set()


async def main() -> None:
    release, ended = threading.Event(), threading.Event()
    try:
        with anyio.fail_after(0.3):
            await anyio.to_thread.run_sync(
                work, release, ended, abandon_on_cancel=True
            )
        print("done")
    except TimeoutError:
        print("gave up")
    print("the work has ended:", str(ended.is_set()).lower())
    release.set()
    await anyio.to_thread.run_sync(ended.wait)
    print("the work has ended:", str(ended.is_set()).lower())


if __name__ == "__main__":
    anyio.run(main)
