"""End at once after it has printed."""

import os

import anyio


async def main() -> None:
    print("working", flush=True)
    print("failed: the disk is full")
    os._exit(1)


if __name__ == "__main__":
    anyio.run(main)
