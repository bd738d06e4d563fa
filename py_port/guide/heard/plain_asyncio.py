"""Wait for a signal that asks to end, and clean up."""

import asyncio
import os
import signal


async def main() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop.set)
    print("working")
    os.kill(os.getpid(), signal.SIGTERM)
    await stop.wait()
    print("cleaned up")


if __name__ == "__main__":
    asyncio.run(main())
