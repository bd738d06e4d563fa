"""Return from main while a thread still sleeps."""

import threading
import time


def child() -> None:
    time.sleep(0.1)
    print("child: done")


def main() -> None:
    threading.Thread(target=child).start()
    # With daemon=True the child would end with the program, as in Go.
    print("main: done")


if __name__ == "__main__":
    main()
