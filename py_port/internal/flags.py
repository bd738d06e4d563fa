"""The flags, in the syntax of Go's package flag.

argparse has another: it abbreviates, takes flags after arguments, and has its own words.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from py_port.internal.golang import duration as go_duration
from py_port.internal.runtime import clock, executor

BACKENDS = ("asyncio", "trio", "uvloop")
LONGEST_NS = 24 * go_duration.UNITS_NS["h"]  # that a flag may say


@dataclass(frozen=True, slots=True)
class ScriptedSignal:
    """A signal that the program delivers to its own handler.

    It comes at a time on the program's own clock, without the operating system.
    """

    signal: signal.Signals
    at_ns: int


@dataclass(frozen=True, slots=True)
class Every:
    """A value for every n-th job: 3:2 is the value 2 for the jobs 3, 6, 9, ..."""

    every: int = 0
    value: int = 0

    def of(self, job: int, other: int) -> int:
        """Return the value for the job, or the other one where it is not its turn."""
        return other if not self.every or job % self.every else self.value

    def text(self) -> str:
        """Return the value as its flag takes it, "" where there is none."""
        return f"{self.every}:{self.value}" if self.every else ""


@dataclass(slots=True)
class Config:
    """What the flags say."""

    workers: int = 3
    queue: int = 10
    jobs: int = 15
    interval_ns: int = 500_000_000
    work_ns: int = 2_000_000_000
    cpu: int = 0
    signals: list[ScriptedSignal] = field(default_factory=list)
    trace: str = ""
    quiet: bool = False
    # The extensions: with these defaults, there are none.
    fail: Every = Every()  # how many first attempts of a job fail
    slow: Every = Every()  # how many times the work a job takes
    attempts: int = 1
    backoff_ns: int = 100_000_000
    backoff_cap_ns: int = 10_000_000_000
    jitter: bool = False
    job_timeout_ns: int = 0
    results: bool = False
    levels: int = 1
    aging: int = 0
    max_workers: int = 0
    keepalive_ns: int = 1_000_000_000
    metrics: str = ""
    # The port's own:
    backend: str = "asyncio"
    clock: str = clock.REAL
    seed: int | None = None
    executor: str = executor.INLINE

    def record(self) -> dict[str, Any]:
        """Return the configuration as the trace's header gives it."""
        scripted = [f"{s.signal.name}@{go_duration.format_ns(s.at_ns)}" for s in self.signals]
        # An extension that is off leaves no mark.
        off = Config().extensions()
        return {
            "workers": self.workers,
            "queue": self.queue,
            "jobs": self.jobs,
            "interval_ns": self.interval_ns,
            "work_ns": self.work_ns,
            "cpu": self.cpu,
            "signals": scripted,
            "quiet": self.quiet,
            **{name: value for name, value in self.extensions().items() if value != off[name]},
        }

    def extensions(self) -> dict[str, Any]:
        """Return what the flags of the extensions say."""
        return {
            "fail": self.fail.text(),
            "slow": self.slow.text(),
            "attempts": self.attempts,
            "backoff_ns": self.backoff_ns,
            "backoff_cap_ns": self.backoff_cap_ns,
            "jitter": self.jitter,
            "job_timeout_ns": self.job_timeout_ns,
            "results": self.results,
            "levels": self.levels,
            "aging": self.aging,
            "max_workers": self.max_workers,
            "keepalive_ns": self.keepalive_ns,
        }

    def conflict(self) -> str | None:
        """Name the first flag that does not go with the others."""
        of = Config()
        if self.attempts == 1:
            if self.backoff_ns != of.backoff_ns:
                return "flag -backoff needs -attempts 2 or more"
            if self.backoff_cap_ns != of.backoff_cap_ns:
                return "flag -backoff-cap needs -attempts 2 or more"
            if self.jitter:
                return "flag -jitter needs -attempts 2 or more"
        # Nothing waits in an unbuffered channel, so there is nothing to reorder.
        if self.levels > 1 and self.queue == 0:
            return "flag -levels needs -queue 1 or more"
        if self.aging > 0 and self.levels == 1:
            return "flag -aging needs -levels 2 or more"
        if 0 < self.max_workers < self.workers:
            return "flag -max-workers needs -workers or more"
        if self.keepalive_ns != of.keepalive_ns and self.max_workers == 0:
            return "flag -keepalive needs -max-workers"
        # Each would write over the other in one file. os.devnull keeps nothing of either.
        if self.metrics and self.metrics == self.trace and self.metrics != os.devnull:
            return "flag -metrics needs another file than -trace"
        if is_address(self.metrics) and self.clock == clock.VIRTUAL:
            return "flag -metrics needs a file on the virtual clock"
        return None


def is_address(metrics: str) -> bool:
    """Whether -metrics names no file: it is HOST:PORT, without a slash."""
    return bool(re.fullmatch("[^/]*:[0-9]+", metrics))


class UsageError(Exception):
    """One line that says what was wrong and what is wanted."""


class HelpError(Exception):
    """Help was asked for, with -help: Go's flag.ErrHelp."""


class WantError(ValueError):
    """What a flag wants, where its value is something else."""


def parse_flags(arguments: list[str]) -> Config:
    """Read the arguments. Raises UsageError, HelpError."""
    config = Config()
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        argument = rest.pop(0)
        if argument == "--":
            break
        _set_flag(config, argument, rest)
    if rest:
        raise UsageError(f"unexpected argument: {quote(rest[0])}")
    if conflict := config.conflict():
        raise UsageError(conflict)
    if config.clock == clock.VIRTUAL and config.backend == "uvloop":
        raise UsageError('invalid value "virtual" for flag -clock: want real, with -backend uvloop')
    if config.clock == clock.VIRTUAL and config.executor != executor.INLINE:
        raise UsageError(
            f"invalid value {quote(config.executor)} for flag -executor: "
            "want inline, with -clock virtual"
        )
    return config


def _set_flag(config: Config, argument: str, rest: list[str]) -> None:
    """Read one flag. Its value may be the next of the rest."""
    name = argument[2:] if argument.startswith("--") else argument[1:]
    if name[:1] in ("", "-", "="):
        raise UsageError(f"unknown flag: {escape(argument)}")
    name, has_value, value = name.partition("=")
    if name in ("help", "h"):
        raise HelpError
    if name not in _FLAGS:
        raise UsageError(f"unknown flag: -{escape(name)}")
    if name in ("quiet", "jitter", "results"):
        value = value if has_value else "true"
    elif not has_value:
        if not rest:
            raise UsageError(f"flag needs an argument: -{name}")
        value = rest.pop(0)
    try:
        _FLAGS[name](config, value)
    except WantError as want:
        raise UsageError(f"invalid value {quote(value)} for flag -{name}: want {want}") from None


Setter = Callable[[Config, str], None]


def _flag(attribute: str, parse: Callable[[str], Any]) -> Setter:
    return lambda config, value: setattr(config, attribute, parse(value))


# Each of these reads a value, or returns a function that does; its WantError is what is wanted.


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if re.fullmatch(r"[+-]?[0-9]{1,4000}", value) and low <= int(value) <= high:
            return int(value)
        raise WantError(f"an integer from {low} to {high}")

    return parse


def _duration_ns(value: str) -> int:
    try:
        duration_ns = go_duration.parse_ns(value)
    except ValueError:
        duration_ns = -1
    if not 0 <= duration_ns <= LONGEST_NS:
        raise WantError("a duration from 0s to 24h, like 500ms")
    return duration_ns


def _signals(config: Config, value: str) -> None:
    name, _, time = value.partition("@")
    named = {"SIGINT": signal.SIGINT, "SIGTERM": signal.SIGTERM}
    try:
        scripted = ScriptedSignal(named[name], _duration_ns(time))
    except (KeyError, WantError):
        raise WantError("SIGINT@TIME or SIGTERM@TIME, like SIGINT@1.2s") from None
    config.signals.append(scripted)


def _boolean(value: str) -> bool:
    """Read what Go's strconv.ParseBool does."""
    if value in ("1", "t", "T", "true", "TRUE", "True"):
        return True
    if value in ("0", "f", "F", "false", "FALSE", "False"):
        return False
    raise WantError("true or false")


def _sparse(value: str, most: int, example: str) -> Callable[[str], Every]:
    def parse(given: str) -> Every:
        n, _, v = given.partition(":")
        try:
            return Every(_integer(1, 1_000_000_000)(n), _integer(1, most)(v))
        except WantError:
            wanted = f"EVERY:{value}, up to 1000000000:{most}, like {example}"
            raise WantError(wanted) from None

    return parse


def _metrics(value: str) -> str:
    if is_address(value):
        _, _, port = value.rpartition(":")
        try:
            _integer(0, 65535)(port)
        except WantError:
            raise WantError("a file, or HOST:PORT with a port up to 65535") from None
    return value


def _one_of(*names: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in names:
            raise WantError(f"{', '.join(names[:-1])} or {names[-1]}")
        return value

    return parse


_FLAGS: dict[str, Setter] = {
    "workers": _flag("workers", _integer(1, 1_000_000)),
    "queue": _flag("queue", _integer(0, 10_000_000)),
    "jobs": _flag("jobs", _integer(0, 1_000_000_000)),
    "interval": _flag("interval_ns", _duration_ns),
    "work": _flag("work_ns", _duration_ns),
    "cpu": _flag("cpu", _integer(0, 1_000_000_000)),
    "signal": _signals,
    "trace": _flag("trace", str),
    "quiet": _flag("quiet", _boolean),
    "fail": _flag("fail", _sparse("TIMES", 100, "3:2")),
    "slow": _flag("slow", _sparse("FACTOR", 20, "4:3")),
    "attempts": _flag("attempts", _integer(1, 100)),
    "backoff": _flag("backoff_ns", _duration_ns),
    "backoff-cap": _flag("backoff_cap_ns", _duration_ns),
    "jitter": _flag("jitter", _boolean),
    "job-timeout": _flag("job_timeout_ns", _duration_ns),
    "results": _flag("results", _boolean),
    "levels": _flag("levels", _integer(1, 9)),
    "aging": _flag("aging", _integer(0, 1_000_000)),
    "max-workers": _flag("max_workers", _integer(0, 1_000_000)),
    "keepalive": _flag("keepalive_ns", _duration_ns),
    "metrics": _flag("metrics", _metrics),
    "backend": _flag("backend", _one_of(*BACKENDS)),
    "clock": _flag("clock", _one_of(*clock.NAMES)),
    "seed": _flag("seed", _integer(0, 2**63 - 1)),
    "executor": _flag("executor", _one_of(*executor.NAMES)),
}


def usage() -> str:
    """Return the text of -help."""
    return """\
A worker pool: a fixed number of workers, a bounded queue, graceful shutdown.

  -workers N        number of workers (default 3)
  -queue N          capacity of the job channel; 0 is an unbuffered channel (default 10)
  -jobs N           number of jobs (default 15)
  -interval TIME    pause after each submission (default 500ms)
  -work TIME        how long a job takes (default 2s)
  -cpu N            instead of sleeping, a job computes this many chained SHA-256 rounds (default 0)
  -signal SIG@TIME  deliver SIGINT or SIGTERM to the program's own handler at that time; repeatable
  -trace FILE       write the event trace (NDJSON) to this file
  -quiet            print only the lifecycle lines, not those of jobs
  -fail N:TIMES     every N-th job fails its first TIMES attempts
  -slow N:FACTOR    every N-th job takes FACTOR times the work
  -attempts N       how often a failing job is tried (default 1)
  -backoff TIME     wait before the second attempt; it doubles with each (default 100ms)
  -backoff-cap TIME the longest wait (default 10s)
  -jitter           wait only a fraction of that, drawn for each attempt
  -job-timeout TIME how long an attempt may take; 0s is no limit (default 0s)
  -results          tell what became of each job that a worker took
  -levels N         levels of priority; job j has the level 1 + (j-1) mod N (default 1)
  -aging N          so many takes in a row may pass a less urgent job; 0 is any number (default 0)
  -max-workers N    start more workers, up to N, if all are busy; 0 is none (default 0)
  -keepalive TIME   how long a worker beyond -workers waits for a job (default 1s)
  -metrics FILE     at the end, write the run's metrics (Prometheus' text format) to this file;
                    HOST:PORT serves them at http://HOST:PORT/metrics while the program runs
  -help             print this text

The port's own:

  -backend NAME     asyncio, trio or uvloop (default asyncio)
  -clock NAME       real, or virtual: time jumps when everything sleeps (default real)
  -seed N           make the choices of select repeatable
  -executor NAME    where -cpu computes: inline, thread, process or, from Python 3.13 on,
                    interpreter (default inline)

A TIME is like 500ms, 2s or 1h2m3.5s. Flags take one dash or two.
"""


_ESCAPES = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_ESCAPES |= {"\v": r"\v", "\\": r"\\", '"': r"\""}


def quote(text: str) -> str:
    """Quote as Go's %+q does, in ASCII.

    So a line of ours is one line whatever the arguments hold. %q would show what is printable,
    which depends on the version of Unicode that each language knows.
    """
    return f'"{escape(text)}"'


def escape(text: str) -> str:
    return "".join(map(_escape, text))


def _escape(char: str) -> str:
    code = ord(char)
    if char in _ESCAPES:
        return _ESCAPES[char]
    if 0x20 <= code < 0x7F:
        return char
    if 0xDC80 <= code <= 0xDCFF:  # a byte of argv that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
