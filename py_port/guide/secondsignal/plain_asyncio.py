"""Hear two signals, and give the third its default back."""

import asyncio
import os
import signal


def send() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


async def main() -> None:
    loop = asyncio.get_running_loop()
    for which in ("first", "second"):
        heard = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, heard.set)
        send()
        await heard.wait()
        print(which, "signal: I go on", flush=True)
    loop.remove_signal_handler(signal.SIGTERM)
    send()
    await asyncio.sleep(10)
    print("third signal: I go on")


if __name__ == "__main__":
    asyncio.run(main())
