"""Judge saved traces one by one: say whether each is a legal run, and if not, why."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec

from parity.checker import scaling
from parity.checker.accounting import told
from parity.checker.judge import judge_trace
from parity.contract.events import EXTENSION_EVENTS, LINES
from parity.contract.header import config_of, unsaid
from parity.contract.scenario import Clock, Config, changed_config, parse_integer
from parity.contract.trace import Trace
from parity.contract.trace_reader import read_ndjson, read_stdout, tells_events
from parity.errors import CannotJudge

MOST_BYTES = 1 << 30
"""The largest file that is read: some ten million events."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one file."""

    file: str
    source: str  # ndjson, stdout
    events: int
    legal: bool
    complete: bool  # it comes to main_done; a prefix is legal if the run was killed
    judged: bool = True  # False: it could not be judged, and the evidence says why
    assumed: tuple[str, ...] = ()  # the flags that nothing tells: defaults are used
    evidence: str  # why not, or what happened to the jobs
    rule: str | None = None  # the address of the broken rule
    lines: tuple[int, ...] = ()  # of the file, which the reason names


class Saved(NamedTuple):
    """A file's verdict, and what was read of it. There is no trace if it could not be judged."""

    checked: Checked
    trace: Trace | None = None


STDIN = Path("-")


def check_each(
    paths: Sequence[Path], flags: Mapping[str, str], *, exact: bool = False
) -> list[Saved]:
    """Judge each file. If one cannot be judged, the others still are.

    Raises CannotJudge if a flag is wrong.
    """
    changed_config(Config(), flags)
    return [_check_or_say_why(path, flags, exact=exact) for path in paths]


def _check_or_say_why(path: Path, flags: Mapping[str, str], *, exact: bool) -> Saved:
    try:
        return check(path, flags, exact=exact)
    except CannotJudge as problem:
        return Saved(
            Checked(
                file=_name(path),
                source="",
                events=0,
                legal=False,
                complete=False,
                judged=False,
                evidence=str(problem),
            )
        )


def _name(path: Path) -> str:
    return "stdin" if path == STDIN else str(path)


def check(path: Path, flags: Mapping[str, str], *, exact: bool = False) -> Saved:
    """Judge the trace in the file: NDJSON, or the lines of a stdout.

    The configuration is the header's, or else the default with the number of workers that stdout
    shows, and with results if it tells any. Flags change it. But a stdout that shows another number
    of workers than the flags is illegal. Raises CannotJudge if the file cannot be read, or does not
    tell enough.
    """
    data = read_file(path)
    path = Path(_name(path))
    if data.startswith(b"{"):
        trace, defect = read_ndjson(data)
        if trace.header is None and _is_text(data):
            raise CannotJudge(f"{path} has no header to judge it by: {defect}")
    else:
        asked = parse_integer("workers", flags["workers"]) if "workers" in flags else None
        trace, defect = read_stdout(data, workers=asked)
        if not trace.events and _is_text(data) and not tells_events(data):
            raise CannotJudge(f"{path} is neither a trace nor what a program said: {defect}")
    if not trace.events and not _is_text(data):
        raise CannotJudge(f"{path} is no text: give a trace, or what a program said on stdout")
    config = _config(path, trace, flags)
    if trace.source == "stdout" and config.quiet:
        raise CannotJudge(f"{path}: the lines of a -quiet run do not tell its order; give a trace")
    of_attempts = EXTENSION_EVENTS - {"result_received"}
    failed = next((e for e in trace.events if e.event in of_attempts), None)
    if failed and trace.source == "stdout" and not config.may_fail:
        raise CannotJudge(
            f"{path} tells of an attempt that failed (line {failed.line}): give the flags of that "
            "run, --fail or --job-timeout, and perhaps --attempts"
        )
    urgent = next((e for e in trace.events if e.level), None)
    if urgent and trace.source == "stdout" and config.levels == 1:
        raise CannotJudge(
            f"{path} tells of jobs with priorities (line {urgent.line}): give the flags of that "
            "run, --levels, and perhaps --aging"
        )
    complete = _is_complete(trace, data)
    del data  # It may be large.
    verdict = _judged(path, trace, defect, config, flags, complete=complete, exact=exact)
    return Saved(verdict, trace)


def _is_complete(trace: Trace, data: bytes) -> bool:
    """Whether main_done is there, perhaps after a line that ended the reading."""
    if trace.source == "ndjson":
        return trace.complete or b'"main_done"' in data
    return trace.complete or LINES["main_done"].encode() in data


def read_file(path: Path) -> bytes:
    """Return what is in the file, or on stdin. Raises CannotJudge."""
    try:
        with sys.stdin.buffer if path == STDIN else path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)  # It may be a device without an end.
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or "it is closed").lower()
        raise CannotJudge(f"cannot read {_name(path)}: {why}") from None
    path = Path(_name(path))
    if len(data) > MOST_BYTES:
        raise CannotJudge(f"{path} has more than {MOST_BYTES >> 20} MiB: give a shorter trace")
    data = data.removeprefix(BOM_UTF8)
    if not data.strip():
        raise CannotJudge(f"{path} is empty: give a trace, or what a program said on stdout")
    return data


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False


def _config(path: Path, trace: Trace, flags: Mapping[str, str]) -> Config:
    heard = {} if trace.workers is None else {"workers": str(trace.workers)}
    if any(event.event == "result_received" for event in trace.events):
        heard["results"] = "true"
    try:
        own = config_of(trace.header.config) if trace.header else changed_config(Config(), heard)
    except CannotJudge as problem:
        raise CannotJudge(f"{path}: {problem}") from None
    if trace.header and trace.header.clock not in get_args(Clock):
        clocks = " or ".join(get_args(Clock))
        raise CannotJudge(f"{path}: its header's clock is {trace.header.clock!r}: want {clocks}")
    for field in unsaid(trace.header):
        flag = field.removesuffix("_ns")
        if flag not in flags:
            raise CannotJudge(f"{path}: its header says nothing of {field}")
    return changed_config(own, flags)


def _judged(
    path: Path,
    trace: Trace,
    defect: str | None,
    config: Config,
    flags: Mapping[str, str],
    *,
    complete: bool,
    exact: bool,
) -> Checked:
    # Signals may have come from outside, so any may be in the trace. Then its instants do not
    # follow from the configuration.
    scripted = bool(config.signals) or not any(e.signal for e in trace.events)
    ends_ns = None if trace.complete or not trace.events else trace.events[-1].t_ns
    broken = next(
        iter(
            judge_trace(
                trace,
                config,
                may_be_cut=True,
                killed_at_ns=ends_ns,
                timed=trace.virtual and scripted,
                exact=exact,
            )
        ),
        None,
    )
    evidence = str(broken) if broken else defect or told(trace.events)
    if config.scales and not (broken or defect or scaling.decides(trace.events)):
        evidence += f"; not decided: {scaling.UNDECIDED}"
    return Checked(
        file=str(path),
        source=trace.source,
        events=len(trace.events),
        legal=not broken and not defect,
        complete=complete,
        assumed=_assumed(trace, config, flags),
        evidence=evidence,
        rule=broken.catcher if broken else None,
        lines=broken.lines if broken else (),
    )


def _assumed(trace: Trace, config: Config, flags: Mapping[str, str]) -> tuple[str, ...]:
    """Return the flags that neither a header nor the user gives. Times are not judged here."""
    if trace.header:
        return ()
    values = {"queue": config.queue, "jobs": config.jobs}
    return tuple(f"--{flag} {value}" for flag, value in values.items() if flag not in flags)


def exit_status(checked: Sequence[Checked]) -> int:
    """Return 1 if one is illegal, else 2 if one could not be judged, else 0."""
    if any(one.judged and not one.legal for one in checked):
        return 1
    return 0 if all(one.judged for one in checked) else 2
