"""Hear two signals, and give the third its default back."""

import os
import signal

import anyio


def send() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


async def main() -> None:
    with anyio.open_signal_receiver(signal.SIGTERM) as signals:
        for which in ("first", "second"):
            send()
            await anext(signals)
            print(which, "signal: I go on", flush=True)
    send()
    await anyio.sleep(10)
    print("third signal: I go on")


if __name__ == "__main__":
    anyio.run(main)
