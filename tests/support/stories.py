"""Runs, told in a few words: `pool up1 submit1 start1:1` is four events."""

from __future__ import annotations

import msgspec
from parity.contract.trace import Event
from parity.specification.model import Symbol

from tests.support.walks import event_of, numbered

WORDS = {
    "pool": Symbol("pool_starting"),
    "signal": Symbol("signal_received"),
    "initiated": Symbol("shutdown_initiated"),
    "closing": Symbol("pool_closing"),
    "waiting": Symbol("pool_waiting"),
    "stopped": Symbol("pool_stopped"),
    "done": Symbol("main_done"),
}
NUMBERED = {
    "up": lambda w: Symbol("worker_started", w),
    "closed": lambda w: Symbol("worker_stopped", w, 0, "closed"),
    "cancelled": lambda w: Symbol("worker_stopped", w, 0, "cancelled"),
    "idle": lambda w: Symbol("worker_stopped", w, 0, "idle"),
    "submit": lambda j, level=0: Symbol("job_submitting", 0, j, level=level),
    "reject": lambda j: Symbol("job_rejected", 0, j),
    "abandon": lambda j: Symbol("job_abandoned", 0, j),
    "start": lambda w, j: Symbol("job_started", w, j),
    "complete": lambda w, j: Symbol("job_completed", w, j),
    "fail": lambda w, j, n: Symbol("attempt_failed", w, j, "error", n),
    "late": lambda w, j, n: Symbol("attempt_failed", w, j, "timeout", n),
    "retry": lambda w, j, n, delay_ns: Symbol("job_retrying", w, j, "", n, delay_ns),
    "again": lambda w, j, n: Symbol("attempt_started", w, j, "", n),
    "giveup": lambda w, j, n: Symbol("job_failed", w, j, "", n),
    "got": lambda j, n: Symbol("result_received", 0, j, "", n, 0, "completed"),
    "gotfailed": lambda j, n: Symbol("result_received", 0, j, "", n, 0, "failed"),
    "gotleft": lambda j, n: Symbol("result_received", 0, j, "", n, 0, "abandoned"),
    "leave": lambda w, j: Symbol("job_abandoned", w, j),
}


def symbol(word: str) -> Symbol:
    """Read `pool`, `up1`, `submit2`, `start1:2` (worker 1, job 2)."""
    if word in WORDS:
        return WORDS[word]
    name = word.rstrip("0123456789:")
    numbers = map(int, word[len(name) :].split(":"))
    return NUMBERED[name](*numbers)  # type: ignore[no-untyped-call]


def told(story: str) -> list[Event]:
    """Return the events, numbered as the lines of a file."""
    return numbered([event_of(symbol(word)) for word in story.split()])


def timed(*lines: str) -> list[Event]:
    """Return the events of `T WORD...` lines, the words as above."""
    words = [(int(t), word) for t, *told in map(str.split, lines) for word in told]
    events = [msgspec.structs.replace(event_of(symbol(word)), t_ns=t) for t, word in words]
    return numbered(events)


DONE = "pool up1 up2 signal initiated "
"""How a run of two workers begins in which ctx may be done from then on."""
