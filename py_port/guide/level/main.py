"""Go on working after being told to stop."""

import anyio


async def work() -> None:
    try:
        await anyio.sleep_forever()
    except anyio.get_cancelled_exc_class():
        print("told to stop")
    # The exception was swallowed, which one should not do: it
    # comes again.
    await anyio.sleep(0.05)
    print("worked on")


async def main() -> None:
    with anyio.move_on_after(0.1) as scope:
        await work()
    if scope.cancelled_caught:
        print("told again")


if __name__ == "__main__":
    anyio.run(main)
