"""Put three numbers into a queue of size 0 that no thread reads."""

import queue


def main() -> None:
    numbers: queue.Queue[int] = queue.Queue(0)
    for n in range(3):
        try:
            numbers.put_nowait(n)
            print("put", n)
        except queue.Full:
            print("no room for", n)
    print("waiting:", numbers.qsize())


if __name__ == "__main__":
    main()
