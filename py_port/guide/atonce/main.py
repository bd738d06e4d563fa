"""Give work exactly the time that it takes, 2000 times."""

import anyio


async def work(takes_s: float) -> None:
    await anyio.sleep(takes_s)


async def main() -> None:
    takes_s = 0.01
    done = 0
    for _ in range(2000):
        with anyio.move_on_after(takes_s):
            await work(takes_s)
            done += 1
    print("done:", done)


if __name__ == "__main__":
    anyio.run(main)
