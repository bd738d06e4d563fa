"""Stop an inner scope, and then the outer one of another."""

import math

import anyio


def is_stopped() -> bool:
    """Whether a scope around here was cancelled."""
    return anyio.current_effective_deadline() == -math.inf


def show(name: str) -> None:
    print(name, "stopped:", str(is_stopped()).lower())


async def main() -> None:
    with anyio.CancelScope() as outer:
        with anyio.CancelScope() as inner:
            inner.cancel()
            show("inner")
        show("outer")
        with anyio.CancelScope():
            outer.cancel()
            show("second inner")


if __name__ == "__main__":
    anyio.run(main)
