"""Numbers in words: one run, three runs."""

from __future__ import annotations


def plural(thing: str, number: int) -> str:
    return thing if number == 1 else f"{thing}s"


def counted(number: int, thing: str) -> str:
    """Return `1 run`, or `3 runs`."""
    return f"{number:,} {plural(thing, number)}"
