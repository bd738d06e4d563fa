"""Wait for a signal that asks to end, and clean up."""

import os
import signal

import anyio


async def main() -> None:
    asked_to_end = (signal.SIGINT, signal.SIGTERM)
    with anyio.open_signal_receiver(*asked_to_end) as signals:
        print("working")
        os.kill(os.getpid(), signal.SIGTERM)
        async for _ in signals:
            break
        print("cleaned up")


if __name__ == "__main__":
    anyio.run(main)
