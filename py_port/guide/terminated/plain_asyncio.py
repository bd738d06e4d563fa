"""Do nothing about the signal that `kill` sends."""

import asyncio
import os
import signal


async def work() -> None:
    try:
        print("working", flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(10)
    finally:
        print("cleaned up")


async def main() -> None:
    await work()


if __name__ == "__main__":
    asyncio.run(main())
