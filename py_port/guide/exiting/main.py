"""Ask to end in the middle of the work."""

import sys

import anyio


async def work() -> None:
    try:
        print("working")
        sys.exit(3)
    finally:
        print("cleaned up")


async def main() -> None:
    await work()


if __name__ == "__main__":
    anyio.run(main)
