"""Do nothing about the signal that Ctrl+C sends."""

import os
import signal
import time


def work() -> None:
    try:
        print("working", flush=True)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(10)
    finally:
        print("cleaned up")


def main() -> None:
    work()


if __name__ == "__main__":
    main()
