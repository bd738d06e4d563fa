"""Clean up after being told to stop, which takes 50 ms."""

import anyio


async def work(*, shield: bool) -> None:
    try:
        await anyio.sleep_forever()
    finally:
        print("told to stop")
        # A cancelled scope ends this sleep too, unless a
        # shield is around it.
        with anyio.CancelScope(shield=shield):
            await anyio.sleep(0.05)
            print("cleaned up")


async def main() -> None:
    for shield in (True, False):
        with anyio.move_on_after(0.1):
            await work(shield=shield)


if __name__ == "__main__":
    anyio.run(main)
