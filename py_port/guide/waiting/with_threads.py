"""Start three threads, wait for all, and collect what they return."""

import time
from concurrent.futures import ThreadPoolExecutor


def square(n: int) -> int:
    """Take as many milliseconds as the result."""
    time.sleep(n * n / 1000)
    return n * n


def main() -> None:
    with ThreadPoolExecutor(3) as threads:
        # map keeps the order of its arguments.
        results = list(threads.map(square, (3, 2, 1)))
    print("results:", results[0], results[1], results[2])


if __name__ == "__main__":
    main()
