"""Call an async function without awaiting what it returns."""

import anyio


async def child() -> None:
    print("child: runs")


async def main() -> None:
    coroutine = child()
    print("main: has called it")
    # Without this line Python warns: it was never awaited.
    coroutine.close()


if __name__ == "__main__":
    anyio.run(main)
