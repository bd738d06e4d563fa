"""A scenario: one configuration of the pool and its clock; the catalogue of named ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from parity.contract import INTEGERS, LONGEST_NS, SIGNAL_WORDS
from parity.durations import format_ns, parse_ns
from parity.errors import CannotJudge

Clock = Literal["virtual", "real"]
MS = 1_000_000
SIGNAL_FORM = "SIGINT@TIME or SIGTERM@TIME, like SIGINT@1.2s"


class ScheduledSignal(msgspec.Struct, frozen=True):
    """A signal and when it arrives, in ns of the program's clock."""

    name: Literal["SIGINT", "SIGTERM"]
    at_ns: int

    def __str__(self) -> str:
        return f"{self.name}@{format_ns(self.at_ns)}"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The contract's flags, durations in ns; the defaults are the programs' own."""

    workers: int = 3
    queue: int = 10
    jobs: int = 15
    interval_ns: int = 500 * MS
    work_ns: int = 2000 * MS
    cpu: int = 0
    signals: tuple[ScheduledSignal, ...] = ()
    quiet: bool = False

    def flags(self) -> list[str]:
        """Return the programs' flags that say this, signals excepted."""
        return [
            f"-workers={self.workers}",
            f"-queue={self.queue}",
            f"-jobs={self.jobs}",
            f"-interval={format_ns(self.interval_ns)}",
            f"-work={format_ns(self.work_ns)}",
            *([f"-cpu={self.cpu}"] if self.cpu else []),
            *(["-quiet"] if self.quiet else []),
        ]

    @property
    def signals_in_time(self) -> tuple[ScheduledSignal, ...]:
        """The signals, the first to arrive first."""
        return tuple(sorted(self.signals, key=lambda s: s.at_ns))


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    about: str
    config: Config = Config()
    clock: Clock = "virtual"
    wrong_usage: tuple[str, ...] = ()
    """Flags that both programs must reject alike; then the configuration does not count."""

    def flags(self, *, signals: bool = True) -> list[str]:
        """Return the programs' flags, with those that script the signals or without."""
        if self.wrong_usage:
            return list(self.wrong_usage)
        scripted = self.config.signals if signals else ()
        return [*self.config.flags(), *(f"-signal={signal}" for signal in scripted)]


def parse_signal(text: str) -> ScheduledSignal:
    """Read `SIGINT@1.2s`. Raises CannotJudge."""
    name, _, time = text.partition("@")
    if name in SIGNAL_WORDS:
        try:
            return ScheduledSignal(name, parse_duration("signal", time))  # type: ignore[arg-type]
        except CannotJudge:
            pass
    raise CannotJudge(f'invalid value "{text}" for flag --signal: want {SIGNAL_FORM}')


def parse_duration(flag: str, text: str) -> int:
    """Return the duration in ns. Raises CannotJudge where no program would take it."""
    try:
        duration_ns = parse_ns(text)
    except ValueError:
        duration_ns = -1
    if 0 <= duration_ns <= LONGEST_NS:
        return duration_ns
    raise CannotJudge(
        f'invalid value "{text}" for flag --{flag}: want a duration from 0s to 24h, like 500ms'
    )


def config_of(header: dict[str, Any]) -> Config:
    """Read the configuration that a trace's header gives.

    Raises CannotJudge where no program would run with it.
    """
    known = {name: header[name] for name in Config.__struct_fields__ if name in header}
    try:
        signals = msgspec.convert(known.pop("signals", ()), tuple[str, ...])
    except msgspec.ValidationError as error:
        raise CannotJudge(f"its header's config.signals: {error}") from None
    try:
        config = msgspec.convert(known, Config)
    except msgspec.ValidationError as error:
        words = str(error).replace("`$.", "`config.")
        raise CannotJudge(f"its header has no configuration: {words}") from None
    _check_limits(config)
    return msgspec.structs.replace(config, signals=tuple(map(_signal_of_header, signals)))


def _check_limits(config: Config) -> None:
    """Raise CannotJudge where a value of a header is none that the flag takes."""
    times = ("interval_ns", "work_ns")
    for field, (least, greatest) in {**INTEGERS, **dict.fromkeys(times, (0, LONGEST_NS))}.items():
        value = getattr(config, field)
        if not least <= value <= greatest:
            raise CannotJudge(f"its header's config.{field} is {value}: want {least} to {greatest}")


def _signal_of_header(text: str) -> ScheduledSignal:
    try:
        return parse_signal(text)
    except CannotJudge:
        raise CannotJudge(
            f'its header\'s config.signals has "{text}": want {SIGNAL_FORM}'
        ) from None


def changed(
    scenario: Scenario,
    flags: Mapping[str, str],
    signals: Sequence[str] | None = None,
    *,
    clock: str | None = None,
    quiet: bool = False,
) -> Scenario:
    """Return the scenario on another clock, and with other values for some of the flags.

    Raises CannotJudge.
    """
    if scenario.wrong_usage and (flags or signals or quiet):
        raise CannotJudge(f"scenario '{scenario.name}' has flags of its own: leave out the others")
    if clock not in (None, "virtual", "real"):
        raise CannotJudge(f'invalid value "{clock}" for flag --clock: want virtual or real')
    config = changed_config(scenario.config, flags, signals, quiet=quiet)
    return msgspec.structs.replace(scenario, config=config, clock=clock or scenario.clock)


def changed_config(
    config: Config,
    flags: Mapping[str, str],
    signals: Sequence[str] | None = None,
    *,
    quiet: bool = False,
) -> Config:
    """Return the configuration with other values for some of the programs' flags.

    Signals that are given take the place of those it has. Raises CannotJudge.
    """
    values: dict[str, Any] = {}
    for flag, text in flags.items():
        if flag in INTEGERS:
            values[flag] = parse_integer(flag, text)
        else:
            values[f"{flag}_ns"] = parse_duration(flag, text)
    if signals:
        values["signals"] = tuple(map(parse_signal, signals))
    if quiet:
        values["quiet"] = True
    return msgspec.structs.replace(config, **values)


def parse_integer(flag: str, text: str) -> int:
    """Read the value of a flag that takes an integer. Raises CannotJudge."""
    least, greatest = INTEGERS[flag]
    if re.fullmatch(r"[+-]?[0-9]{1,20}", text) and least <= int(text) <= greatest:
        return int(text)
    raise CannotJudge(
        f'invalid value "{text}" for flag --{flag}: want an integer from {least} to {greatest}'
    )


def _signals(*texts: str) -> tuple[ScheduledSignal, ...]:
    return tuple(parse_signal(text) for text in texts)


# Short ones, so that each is soon over on the real clock too. Signals come at odd times, between
# two events: what a signal finds is then the same in every run.
_SCENARIOS = (
    Scenario(name="default", about="the programs' own configuration"),
    Scenario(
        name="one-worker",
        about="one worker, one job after another",
        config=Config(workers=1, jobs=6, interval_ns=50 * MS, work_ns=120 * MS),
    ),
    Scenario(
        name="idle-workers",
        about="more workers than jobs",
        config=Config(workers=8, jobs=3, interval_ns=50 * MS, work_ns=120 * MS),
    ),
    Scenario(name="no-jobs", about="no jobs: start, close, stop", config=Config(jobs=0)),
    Scenario(
        name="backpressure",
        about="queue 1, no interval: Submit waits for room",
        config=Config(queue=1, jobs=12, interval_ns=0, work_ns=100 * MS),
    ),
    Scenario(
        name="unbuffered",
        about="queue 0: each job passes from hand to hand",
        config=Config(queue=0, jobs=12, interval_ns=0, work_ns=100 * MS),
    ),
    Scenario(
        name="burst",
        about="10,000 jobs without work",
        config=Config(jobs=10_000, interval_ns=0, work_ns=0),
    ),
    Scenario(
        name="interrupt-busy",
        about="SIGINT while all work and jobs are queued",
        config=Config(
            jobs=9, interval_ns=10 * MS, work_ns=200 * MS, signals=_signals("SIGINT@255ms")
        ),
    ),
    Scenario(
        name="terminate-blocked",
        about="SIGTERM while Submit waits for room",
        config=Config(
            workers=2, queue=2, interval_ns=0, work_ns=200 * MS, signals=_signals("SIGTERM@50ms")
        ),
    ),
    Scenario(
        name="terminate-unbuffered",
        about="SIGTERM at queue 0, while a job is held out",
        config=Config(
            queue=0, jobs=12, interval_ns=0, work_ns=200 * MS, signals=_signals("SIGTERM@250ms")
        ),
    ),
    Scenario(
        name="interrupt-idle",
        about="SIGINT while every worker waits for a job",
        config=Config(
            jobs=4, interval_ns=200 * MS, work_ns=20 * MS, signals=_signals("SIGINT@330ms")
        ),
    ),
    Scenario(
        name="interrupt-draining",
        about="SIGINT after close, while jobs are being done",
        config=Config(
            workers=2, jobs=8, interval_ns=0, work_ns=150 * MS, signals=_signals("SIGINT@210ms")
        ),
    ),
    Scenario(
        name="second-signal",
        about="SIGINT, then SIGTERM: killed at once",
        config=Config(
            # So long that on the real clock a program that is not killed lives to tell; and so
            # far from each other that one that did not hear the first is known.
            work_ns=1000 * MS,
            interval_ns=50 * MS,
            signals=_signals("SIGINT@120ms", "SIGTERM@520ms"),
        ),
    ),
    Scenario(
        name="bad-input",
        about="wrong usage is rejected alike",
        wrong_usage=("-workers", "many"),
    ),
)

CATALOGUE: dict[str, Scenario] = {scenario.name: scenario for scenario in _SCENARIOS}


def named(name: str) -> Scenario:
    """Return the scenario of the catalogue. Raises CannotJudge."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    raise CannotJudge(f"unknown scenario '{name}': want one of {', '.join(CATALOGUE)}")
