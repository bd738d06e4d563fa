"""Clean up after being told to stop, which takes 50 ms."""

from collections.abc import Callable

import anyio


async def work(say: Callable[[str], None], *, shield: bool) -> None:
    try:
        await anyio.sleep_forever()
    finally:
        say("told to stop")
        # A cancelled scope ends this sleep too, unless a shield is around it.
        with anyio.CancelScope(shield=shield):
            await anyio.sleep(0.05)
            say("cleaned up")


async def main() -> None:
    start = anyio.current_time()

    def say(what: str) -> None:
        print(round((anyio.current_time() - start) * 1000), "ms", what)

    for shield in (True, False):
        with anyio.move_on_after(0.1):
            await work(say, shield=shield)


if __name__ == "__main__":
    anyio.run(main)
