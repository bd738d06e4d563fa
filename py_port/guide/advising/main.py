"""Tell work that knows of no stop to stop."""

import anyio


async def work() -> None:
    for page in range(1, 4):
        await anyio.sleep(0.05)
        print("printed page", page)


async def main() -> None:
    with anyio.move_on_after(0.075) as scope:
        await work()
    print("told to stop:", str(scope.cancel_called).lower())


if __name__ == "__main__":
    anyio.run(main)
