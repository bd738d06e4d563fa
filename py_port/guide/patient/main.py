"""Wait for a blocking call that outlasts its limit."""

import time

import anyio


def work() -> None:
    time.sleep(0.2)


async def main() -> None:
    try:
        with anyio.fail_after(0.1) as scope:
            # This waits for its thread whatever happens, as
            # it has not been told to abandon it.
            await anyio.to_thread.run_sync(work)
        print("work: done")
    except TimeoutError:
        print("work: timed out")
    print("the limit was over:", str(scope.cancel_called).lower())


if __name__ == "__main__":
    anyio.run(main)
