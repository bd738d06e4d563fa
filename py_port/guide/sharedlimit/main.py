"""Ask how much time is left inside two limits."""

import anyio


def left_ms() -> int:
    deadline = anyio.current_effective_deadline()
    return round((deadline - anyio.current_time()) * 1000)


async def main() -> None:
    short, long = 0.1, 0.3
    with anyio.move_on_after(short), anyio.move_on_after(long):
        print(left_ms(), "ms left")
        await anyio.sleep(0.04)
        print(left_ms(), "ms left")


if __name__ == "__main__":
    anyio.run(main)
