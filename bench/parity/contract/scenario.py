"""A scenario: one configuration of the pool, and its clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal

import msgspec

from parity.contract.durations import format_ns, parse_ns
from parity.contract.events import (
    BOOLEANS,
    DURATIONS,
    INTEGERS,
    LATEST_NS,
    LONGEST_NS,
    MOST_EVERY,
    SIGNAL_WORDS,
    SPARSE,
)
from parity.contract.flags import EXTENSION_FLAGS, WANTED, WANTED_DURATION
from parity.errors import CannotJudge

Clock = Literal["virtual", "real"]
MS = 1_000_000
HOUR = 3_600_000 * MS


class ScheduledSignal(msgspec.Struct, frozen=True):
    """A signal, and when it arrives on the program's clock."""

    name: Literal["SIGINT", "SIGTERM"]
    at_ns: int

    def __str__(self) -> str:
        return f"{self.name}@{format_ns(self.at_ns)}"


class Every(msgspec.Struct, frozen=True):
    """A value for every n-th job: 3:2 is the value 2 for the jobs 3, 6, 9, ..."""

    every: int
    value: int

    def __str__(self) -> str:
        return f"{self.every}:{self.value}"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The values of the programs' flags. The defaults are those of the programs."""

    workers: int = 3
    queue: int = 10
    jobs: int = 15
    interval_ns: int = 500 * MS
    work_ns: int = 2000 * MS
    cpu: int = 0
    signals: tuple[ScheduledSignal, ...] = ()
    quiet: bool = False
    # The extensions: with these defaults, there are none.
    fail: Every | None = None
    slow: Every | None = None
    attempts: int = 1
    backoff_ns: int = 100 * MS
    backoff_cap_ns: int = 10_000 * MS
    jitter: bool = False
    job_timeout_ns: int = 0
    results: bool = False
    levels: int = 1
    aging: int = 0
    max_workers: int = 0
    keepalive_ns: int = 1000 * MS

    def flags(self) -> list[str]:
        """Return the programs' flags for this, without the signals."""
        return [
            f"-workers={self.workers}",
            f"-queue={self.queue}",
            f"-jobs={self.jobs}",
            f"-interval={format_ns(self.interval_ns)}",
            f"-work={format_ns(self.work_ns)}",
            *([f"-cpu={self.cpu}"] if self.cpu else []),
            *(["-quiet"] if self.quiet else []),
            *(f"-{flag}={value}" for flag, value in self.extensions().items()),
        ]

    def extensions(self) -> dict[str, str]:
        """Return the extensions' flags that are not the defaults, with their values."""
        plain = Config()
        given = {}
        for flag in EXTENSION_FLAGS:
            value = getattr(self, field_of(flag))
            if value != getattr(plain, field_of(flag)):
                shown = format_ns(value) if flag in DURATIONS else str(value)
                given[flag] = shown.lower() if flag in BOOLEANS else shown
        return given

    @property
    def fail_text(self) -> str:
        return str(self.fail or "")

    @property
    def slow_text(self) -> str:
        return str(self.slow or "")

    @property
    def is_plain(self) -> bool:
        """Whether the pool says and does what one without extensions does."""
        scales_or_sorts = self.levels > 1 or self.max_workers > 0
        return not (self.may_fail or self.results or scales_or_sorts)

    @property
    def may_fail(self) -> bool:
        """Whether an attempt at a job may fail."""
        return self.fail is not None or self.may_time_out

    @property
    def may_time_out(self) -> bool:
        """Whether an attempt may take too long. One that computes cannot be asked to end."""
        return self.job_timeout_ns > 0 and not self.cpu

    @property
    def scales(self) -> bool:
        """Whether the number of workers changes: Submit starts some, and idle ones leave."""
        return self.max_workers > 0

    def failing(self, job: int) -> int:
        """Return how many first attempts of the job fail."""
        return _value(self.fail, job, 0)

    def rounds(self, job: int) -> int:
        """Return how many rounds the job computes."""
        return self.cpu * _value(self.slow, job, 1)

    def work_of(self, job: int) -> int:
        """Return how long an attempt at the job takes, in ns. Computing takes no virtual time."""
        return 0 if self.cpu else self.work_ns * _value(self.slow, job, 1)

    def attempt_of(self, job: int) -> int:
        """Return how long an attempt at the job lasts, until its end or its timeout, in ns."""
        work_ns = self.work_of(job)
        return min(work_ns, self.job_timeout_ns) if self.may_time_out else work_ns

    def delay_of(self, job: int, attempt: int) -> int:
        """Return the wait after this attempt at the job failed, in ns."""
        delay_ns = min(self.backoff_cap_ns, self.backoff_ns << (attempt - 1))
        if not self.jitter:
            return delay_ns
        drawn = sha256(f"{job}/{attempt}".encode()).digest()[:8]
        return (delay_ns * int.from_bytes(drawn, "big")) >> 64

    def level_of(self, job: int) -> int:
        """Return the job's level of priority: 1 is the most urgent. Without levels it is 0."""
        return 1 + (job - 1) % self.levels if self.levels > 1 else 0

    @property
    def races(self) -> bool:
        """Whether a job's work ends just when its time is up. Then either may come first."""
        works = {self.work_ns, self.work_ns * (self.slow.value if self.slow else 1)}
        return self.may_time_out and self.job_timeout_ns in works

    @property
    def has_one_makespan(self) -> bool:
        """Whether a run without signals always takes the same time on a virtual clock.

        With levels, a job that comes at the instant of a take may be taken by it or not. That makes
        a difference if jobs take different times. And the number of workers may depend on what
        comes first at one instant.
        """
        uneven = self.may_fail or self.slow is not None
        return not (self.races or self.scales or (self.levels > 1 and uneven))

    @property
    def signal_texts(self) -> tuple[str, ...]:
        """The signals as the flag -signal takes them: SIGINT@1.2s."""
        return tuple(map(str, self.signals))

    @property
    def signals_in_time(self) -> tuple[ScheduledSignal, ...]:
        """The signals in the order of their arrival."""
        return tuple(sorted(self.signals, key=lambda s: s.at_ns))


def field_of(flag: str) -> str:
    """Return the configuration's field of a flag."""
    return flag.replace("-", "_") + ("_ns" if flag in DURATIONS else "")


FIELDS_OF_EVERY_POOL = tuple(
    field
    for field in Config.__struct_fields__
    if field not in {field_of(flag) for flag in EXTENSION_FLAGS}
)
"""The configuration's fields that are of no extension."""


def _value(every: Every | None, job: int, other: int) -> int:
    return every.value if every and job % every.every == 0 else other


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    about: str
    config: Config = Config()
    clock: Clock = "virtual"
    metrics: bool = False
    """Whether the programs write their metrics."""
    scraped: bool = False
    """Whether they serve their metrics instead, and these are read while they run."""
    wrong_usage: tuple[str, ...] = ()
    """Flags that both programs must reject. If there are any, `config` is not used."""

    def flags(self, *, signals: bool = True) -> list[str]:
        """Return the programs' flags, with or without those for the signals."""
        if self.wrong_usage:
            return list(self.wrong_usage)
        scripted = self.config.signal_texts if signals else ()
        return [*self.config.flags(), *(f"-signal={signal}" for signal in scripted)]


def parse_signal(text: str) -> ScheduledSignal:
    """Read `SIGINT@1.2s`. Raises CannotJudge."""
    name, _, time = text.partition("@")
    if name in SIGNAL_WORDS:
        try:
            return ScheduledSignal(name, parse_duration("signal", time))  # type: ignore[arg-type]
        except CannotJudge:
            pass
    raise _wrong(text, "signal", WANTED["signal"])


def scheduled(*texts: str) -> tuple[ScheduledSignal, ...]:
    """Read each as parse_signal does."""
    return tuple(map(parse_signal, texts))


def parse_duration(flag: str, text: str) -> int:
    """Return the duration in ns. Raises CannotJudge if no program would take it."""
    try:
        duration_ns = parse_ns(text)
    except ValueError:
        duration_ns = -1
    if 0 <= duration_ns <= LONGEST_NS:
        return duration_ns
    raise _wrong(text, flag, WANTED_DURATION)


def changed(
    scenario: Scenario,
    flags: Mapping[str, str],
    signals: Sequence[str] | None = None,
    *,
    clock: str | None = None,
    quiet: bool = False,
    metrics: bool = False,
    scraped: bool = False,
) -> Scenario:
    """Return the scenario with another clock, and other values for some flags.

    Raises CannotJudge.
    """
    if scenario.wrong_usage and (flags or signals or quiet or metrics or scraped):
        raise CannotJudge(f"scenario '{scenario.name}' has flags of its own: leave out the others")
    if clock not in (None, "virtual", "real"):
        raise CannotJudge(f'invalid value "{clock}" for flag --clock: want virtual or real')
    config = changed_config(scenario.config, flags, signals, quiet=quiet)
    made = msgspec.structs.replace(
        scenario,
        config=config,
        clock=clock or scenario.clock,
        metrics=metrics or scenario.metrics,
        scraped=scraped,
    )
    if made.scraped and made.clock == "virtual":
        raise CannotJudge("nobody can read metrics on the virtual clock: give --clock real")
    if made.clock == "virtual" and _least_makespan_ns(config) > LATEST_NS:
        raise CannotJudge(
            "the run takes more than 252 years, where Go's virtual clock ends: "
            "give fewer jobs, or shorter times"
        )
    return made


def _least_makespan_ns(config: Config) -> int:
    """Return a time before which no run of it can end."""
    work_ns = 0 if config.may_time_out else config.work_of(1)
    rounds = -(-config.jobs // max(config.workers, config.max_workers))
    whole_ns = max(config.jobs * config.interval_ns, rounds * work_ns)
    return min([whole_ns, *(signal.at_ns for signal in config.signals)])


def changed_config(
    config: Config,
    flags: Mapping[str, str],
    signals: Sequence[str] | None = None,
    *,
    quiet: bool = False,
) -> Config:
    """Return the configuration with other values for some of the programs' flags.

    Given signals replace those of the configuration. Raises CannotJudge.
    """
    values: dict[str, Any] = {}
    for flag, text in flags.items():
        values[field_of(flag)] = _parsed(flag, text)
    if signals:
        values["signals"] = scheduled(*signals)
    if quiet:
        values["quiet"] = True
    changed = msgspec.structs.replace(config, **values)
    if needed := conflict(changed):
        raise CannotJudge(needed.replace(" -", " --"))
    return changed


def conflict(config: Config) -> str | None:
    """Name the first flag that does not go with the others, as the programs do."""
    given = config.extensions()
    if config.attempts == 1:
        for flag in ("backoff", "backoff-cap", "jitter"):
            if flag in given:
                return f"flag -{flag} needs -attempts 2 or more"
    if config.levels > 1 and not config.queue:
        return "flag -levels needs -queue 1 or more"
    if config.aging and config.levels == 1:
        return "flag -aging needs -levels 2 or more"
    if 0 < config.max_workers < config.workers:
        return "flag -max-workers needs -workers or more"
    if "keepalive" in given and not config.max_workers:
        return "flag -keepalive needs -max-workers"
    return None


def _parsed(flag: str, text: str) -> Any:
    if flag in INTEGERS:
        return parse_integer(flag, text)
    if flag in SPARSE:
        return parse_every(flag, text)
    if flag in BOOLEANS:
        if text not in ("true", "false"):
            raise _wrong(text, flag, WANTED[flag])
        return text == "true"
    return parse_duration(flag, text)


def parse_every(flag: str, text: str) -> Every:
    """Read `3:2`. Raises CannotJudge."""
    _, most, _ = SPARSE[flag]
    if match := re.fullmatch(r"([0-9]{1,10}):([0-9]{1,10})", text):
        every, value = int(match[1]), int(match[2])
        if 1 <= every <= MOST_EVERY and 1 <= value <= most:
            return Every(every, value)
    raise _wrong(text, flag, WANTED[flag])


def parse_integer(flag: str, text: str) -> int:
    """Read the value of a flag that takes an integer. Raises CannotJudge."""
    least, greatest = INTEGERS[flag]
    if re.fullmatch(r"[+-]?[0-9]{1,20}", text) and least <= int(text) <= greatest:
        return int(text)
    raise _wrong(text, flag, WANTED[flag])


def _wrong(text: str, flag: str, wanted: str) -> CannotJudge:
    return CannotJudge(f'invalid value "{text}" for flag --{flag}: want {wanted}')
