"""Do nothing about the signal that Ctrl+C sends."""

import os
import signal

import anyio


async def work() -> None:
    try:
        print("working", flush=True)
        os.kill(os.getpid(), signal.SIGINT)
        await anyio.sleep(10)
    finally:
        print("cleaned up")


async def main() -> None:
    await work()


if __name__ == "__main__":
    anyio.run(main)
