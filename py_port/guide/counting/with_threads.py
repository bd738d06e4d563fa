"""Add to one counter a thousand times in each of ten threads."""

import threading


class Counter:
    n = 0
    mu = threading.Lock()


def add(counter: Counter) -> None:
    for _ in range(1000):
        # Reading, adding and writing are three steps: threads
        # need a lock.
        with counter.mu:
            counter.n += 1


def main() -> None:
    counter = Counter()
    threads = [threading.Thread(target=add, args=(counter,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("counted:", counter.n)


if __name__ == "__main__":
    main()
