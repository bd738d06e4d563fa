"""Wait 100 ms for work that takes 300 ms, and cannot be cancelled."""

import anyio


async def work() -> None:
    with anyio.CancelScope(shield=True):
        await anyio.sleep(0.3)
    print("the work is done")


async def main() -> None:
    with anyio.move_on_after(0.1):
        await work()
    print("the caller goes on")


if __name__ == "__main__":
    anyio.run(main)
