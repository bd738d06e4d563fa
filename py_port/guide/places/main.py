"""Give up on work that holds the only place."""

import threading

import anyio


def work(release: threading.Event) -> None:
    release.wait()


async def main() -> None:
    places = anyio.CapacityLimiter(1)
    release = threading.Event()
    with anyio.move_on_after(0.3) as limit:
        # Whoever stops waiting gives the place back.
        await anyio.to_thread.run_sync(
            work, release, limiter=places, abandon_on_cancel=True
        )
    if limit.cancelled_caught:
        print("gave up")
    print("free places:", int(places.available_tokens))
    release.set()


if __name__ == "__main__":
    anyio.run(main)
