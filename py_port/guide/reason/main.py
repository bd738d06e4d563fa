"""Tell work to stop, and why."""

import anyio


async def work() -> None:
    try:
        await anyio.sleep_forever()
    except anyio.get_cancelled_exc_class() as stop:
        print(type(stop).__name__)
        # The reason is for readers of a log: it is part of
        # the message.
        told = str(stop).endswith("; reason: the shop closes")
        print("the message has the reason:", str(told).lower())
        raise


async def main() -> None:
    with anyio.CancelScope() as scope:
        scope.cancel(reason="the shop closes")
        await work()


if __name__ == "__main__":
    anyio.run(main)
