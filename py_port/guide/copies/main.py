"""Call a function elsewhere that changes a variable."""

import anyio

count = 0


def add() -> int:
    global count
    count += 1
    return count


async def main() -> None:
    there = await anyio.to_process.run_sync(add)
    print("process: there", there, "here", count)
    there = await anyio.to_thread.run_sync(add)
    print("thread: there", there, "here", count)


if __name__ == "__main__":
    anyio.run(main)
