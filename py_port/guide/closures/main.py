"""Run a function elsewhere that uses a local variable."""

import pickle

import anyio


async def main() -> None:
    length = 3

    def area() -> int:
        return length * length

    print("thread:", await anyio.to_thread.run_sync(area))
    try:
        number = await anyio.to_process.run_sync(area)
        print("process:", number)
    # Which of the two depends on the version of Python.
    except (AttributeError, pickle.PicklingError):
        print("process: a closure cannot be sent")


if __name__ == "__main__":
    anyio.run(main)
