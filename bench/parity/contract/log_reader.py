"""Read the lines of another program by its map: its runs, each as the contract's events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from parity.contract.durations import parse_ns
from parity.contract.events import FIELDS
from parity.contract.moments import clock_reader
from parity.contract.trace import Event
from parity.contract.words import Pattern, Words

MOST_SHAPES = 50_000
"""How many shapes of lines are remembered."""


class MappedLine(msgspec.Struct, gc=False):
    """One line, as far as the map explains it."""

    event: str
    worker: str | None
    job: str | None
    t_ns: int | None
    payload: str | None
    signal: str | None
    workers: str | None
    line: int
    more: dict[str, str | None] = {}  # of extensions, by the name of the group


class LogRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run: what happened, and what the log calls the workers and the jobs."""

    events: tuple[Event, ...]
    first_line: int
    last_line: int
    said_workers: int | None  # how many, from the first line
    worker_names: dict[int, str]  # names of those whose number is not their name
    job_names: dict[int, str]


class Log:
    """Read `runs` once. Then `ignored` says how many lines of each level are no event."""

    def __init__(self, words: Words, data: bytes) -> None:
        self._words, self._data = words, data.replace(b"\r\n", b"\n")
        self.lines = self._data.decode(errors="replace").split("\n")
        self._clock = clock_reader(words.time) if words.time else None
        self._shapes: dict[bytes, tuple[Pattern | None, str]] = {}
        self._shaped = not any(_has_digits(pattern.regex.pattern) for pattern in words.patterns)
        self.ignored: Counter[str] = Counter()
        self.undated = 0  # lines whose time is not of the format

    def runs(self, *, split: bool = True) -> Iterator[LogRun]:
        """Yield the runs; each begins with pool_starting, if the program says that."""
        run: list[MappedLine] = []
        for told in self._told():
            if split and told.event == "pool_starting" and run:
                yield self._run(run)
                run = []
            run.append(told)
        if run:
            yield self._run(run)

    def _told(self) -> Iterator[MappedLine]:
        # All lines at once, without digits: one by one, they would take as long as all the rest.
        shapes = self._data.translate(None, b"0123456789").split(b"\n")
        for number, (line, shape) in enumerate(zip(self.lines, shapes, strict=True), start=1):
            pattern, level = self._shapes.get(shape) or self._pattern_of(line, shape)
            match = pattern.regex.search(line) if pattern else None
            if not pattern or not match:
                if line:
                    self.ignored[level] += 1
                continue
            of = match.group
            yield MappedLine(
                pattern.event,
                of(pattern.worker) if pattern.worker else None,
                of(pattern.job) if pattern.job else None,
                self._time(of(pattern.time)) if pattern.time else None,
                of(pattern.payload) if pattern.payload else None,
                of(pattern.signal) if pattern.signal else None,
                of(pattern.workers) if pattern.workers else None,
                number,
                {name: of(group) for name, group in pattern.more} if pattern.more else {},
            )

    def _pattern_of(self, line: str, shape: bytes) -> tuple[Pattern | None, str]:
        """Return the first pattern that fits, or the line's level.

        Lines that differ in digits alone have one shape, and what fits one fits the other.
        """
        fits = next((p for p in self._words.patterns if p.regex.search(line)), None)
        level = ""
        if not fits and self._words.line and (match := self._words.line.search(line)):
            level = match.groupdict().get("level") or ""
        if self._shaped and len(self._shapes) < MOST_SHAPES:
            self._shapes[shape] = fits, level
        return fits, level

    def _time(self, text: str) -> int | None:
        if not self._clock:
            return None
        try:
            return self._clock(text)
        except ValueError:
            self.undated += 1
            return None

    def _run(self, told: Sequence[MappedLine]) -> LogRun:
        workers = _numbers([one.worker for one in told], self._words.workers)
        jobs = _numbers([one.job for one in told], {})
        said = next((one.workers for one in told if one.workers), None)
        start_ns = next((one.t_ns for one in told if one.t_ns is not None), 0)
        return LogRun(
            events=tuple(event_told(one, workers, jobs, start_ns) for one in told),
            first_line=told[0].line,
            last_line=told[-1].line,
            said_workers=int(said) if said and said.isdecimal() else None,
            worker_names=_names(workers),
            job_names=_names(jobs),
        )


def _has_digits(pattern: str) -> bool:
    """Whether a pattern distinguishes lines by their digits."""
    return bool(re.search(r"\d", re.sub(r"\{\d*,?\d*\}|\[\^?0-9\]|\[\^?1-9\]", "", pattern)))


def _numbers(texts: Sequence[str | None], known: dict[str, int]) -> dict[str, int]:
    """Return the number of each name: the name itself, if all count from 1, or else its turn."""
    names = [name for name in dict.fromkeys(texts) if name is not None]
    if known:
        rest = (name for name in names if name not in known)
        free = (n for n in range(1, len(names) + len(known) + 1) if n not in known.values())
        return {**known, **dict(zip(rest, free, strict=False))}
    numbers = [int(name) if name.isdecimal() else 0 for name in names]
    if numbers and min(numbers) >= 1 and max(numbers) <= 2 * len(names) + 8:
        return dict(zip(names, numbers, strict=True))
    return {name: turn for turn, name in enumerate(names, start=1)}


def _names(numbers: dict[str, int]) -> dict[int, str]:
    return {number: name for name, number in numbers.items() if str(number) != name}


def event_told(
    one: MappedLine, workers: dict[str, int], jobs: dict[str, int], start_ns: int
) -> Event:
    """Return the event, with numbers for the names, and the time since the start."""
    job = jobs[one.job] if one.job is not None else None
    fields = FIELDS.get(one.event, ())
    terminated = "term" in (one.signal or "").lower()
    event = Event(
        event=one.event,
        t_ns=None if one.t_ns is None else one.t_ns - start_ns,
        worker=workers[one.worker] if one.worker is not None and "worker" in fields else None,
        job=job if "job" in fields else None,
        payload=(one.payload or f"Task-{job}") if "payload" in fields else None,
        signal=("terminated" if terminated else "interrupt") if "signal" in fields else None,
        line=one.line,
    )
    return _with_more(event, one.more) if one.more else event


def _with_more(event: Event, more: dict[str, str | None]) -> Event:
    """Add what only an event of an extension tells."""
    fields = FIELDS.get(event.event, ())
    reasons = REASON_WORDS if event.event == "worker_stopped" else FAILURE_WORDS
    told = {
        "attempt": _integer(more.get("attempt")),
        "reason": _meant(more.get("reason"), reasons),
        "delay": _delay_ns(more.get("delay")),
        "fate": _meant(more.get("fate"), FATE_WORDS),
        "level": _integer(more.get("priority")),
    }
    its = {name: value for name, value in told.items() if name in fields}
    return msgspec.structs.replace(event, **its)


REASON_WORDS = {"idle": "idle", "cancel": "cancelled", "clos": "closed"}
FAILURE_WORDS = {"time": "timeout", "deadline": "timeout", "": "error"}
FATE_WORDS = {
    **dict.fromkeys(("fail", "error", "gave up", "dead"), "failed"),
    **dict.fromkeys(("abandon", "cancel", "drop", "lost"), "abandoned"),
    "": "completed",
}
"""What the words of a log mean: the first of them that is in the text decides."""


def _meant(text: str | None, words: dict[str, str]) -> str | None:
    if text is None:
        return None
    return next((meant for word, meant in words.items() if word in text.lower()), None)


def _integer(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _delay_ns(text: str | None) -> int | None:
    try:
        return parse_ns("".join((text or "").split()))
    except ValueError:
        return None


def renamed(words: str, run: LogRun) -> str:
    """Return the words with the log's own names for workers and jobs."""

    def name(match: re.Match[str]) -> str:
        names = run.worker_names if match[1] == "worker" else run.job_names
        return f"{match[1]} {names.get(int(match[2]), match[2])}"

    return re.sub(r"\b(worker|job) (\d+)", name, words)
