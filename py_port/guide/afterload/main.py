"""Do five jobs at once, and count who is left when they are done."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait


def main() -> None:
    before = threading.active_count()
    # Each needs the others: five at once.
    everyone = threading.Barrier(5)
    with ThreadPoolExecutor(max_workers=10) as pool:
        wait([pool.submit(everyone.wait) for _ in range(5)])
        # A thread waits for another job until the pool is shut
        # down.
        print("left:", threading.active_count() - before)


if __name__ == "__main__":
    main()
