"""Work within two limits, the outer one shorter."""

import anyio


async def work() -> None:
    await anyio.sleep_forever()


async def main() -> None:
    short, long = 0.1, 0.2
    try:
        with anyio.fail_after(short):
            try:
                with anyio.fail_after(long):
                    await work()
            except TimeoutError:
                print("TimeoutError: the inner limit")
    except TimeoutError:
        print("TimeoutError: the outer limit")


if __name__ == "__main__":
    anyio.run(main)
