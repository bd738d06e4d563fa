"""Wait for a server that gives up well within our limit."""

import anyio


async def ask() -> None:
    """Fail, as the server's own limit of 50 ms is over."""
    with anyio.fail_after(0.05):
        await anyio.sleep_forever()


async def main() -> None:
    timed_out = False
    scope = anyio.CancelScope()
    try:
        with anyio.fail_after(0.1) as scope:
            await ask()
    except TimeoutError:
        timed_out = True
    print("a timeout:", str(timed_out).lower())
    print("ours:", str(scope.cancelled_caught).lower())


if __name__ == "__main__":
    anyio.run(main)
