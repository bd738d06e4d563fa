"""A control beside a run on the real clock: it measures how late a program without work is.

A script of its own, on the standard library alone. It sleeps, works for a moment, and notes how
late it was. When stdin ends it prints the greatest lateness in ns, and ends. So it cannot outlive
the harness.
"""

from __future__ import annotations

import hashlib
import select
import time

PERIOD_NS = 3_000_000
"""Short, so that a control wakes as often as a program with many threads does: who wakes seldom
meets the worst delays of a busy machine seldom."""

ROUNDS = 50
"""The work of a turn: some hundredths of a ms, about what a program needs to print a line."""


def main() -> None:
    worst_ns = 0
    due_ns = time.monotonic_ns() + PERIOD_NS
    while not select.select([0], [], [], max(0, due_ns - time.monotonic_ns()) / 1e9)[0]:
        for _ in range(ROUNDS):
            hashlib.sha256(b"work").digest()
        now_ns = time.monotonic_ns()
        worst_ns = max(worst_ns, now_ns - due_ns)
        due_ns = max(due_ns + PERIOD_NS, now_ns)
    print(max(worst_ns, time.monotonic_ns() - due_ns), flush=True)


if __name__ == "__main__":
    main()
