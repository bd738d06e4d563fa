"""Judge a log: each run in it by the specification, as far as its map tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from parity.checker.accounting import told, unaccounted
from parity.checker.judge import Finding, judge_trace
from parity.checker.saved_trace import read_file
from parity.checker.wording import telling_unsaid
from parity.contract.counting import counted
from parity.contract.durations import seconds
from parity.contract.log_reader import Log, LogRun, renamed
from parity.contract.outcome import TOLERANCE_NS
from parity.contract.scenario import Config, changed_config
from parity.contract.trace import Trace
from parity.contract.words import Words
from parity.errors import CannotJudge
from parity.judging.evidence import evidence, own_rows
from parity.judging.known import config_shown, times_need, unknown, without_unknown
from parity.judging.limits import not_said, perhaps_lost, silent_jobs
from parity.judging.result import Evidence, Judgement, Part
from parity.specification.hidden import completed


def judge_log(
    path: Path,
    words: Words,
    flags: Mapping[str, str],
    *,
    tolerance_ns: int | None,
    full: bool = False,
) -> Judgement:
    """Judge every run in the log. Raises CannotJudge if there is none.

    `flags` are those with which the program ran, as far as they are known. With `full`, evidence
    has all the lines of its run.
    """
    known = {**words.config, **flags}
    changed_config(Config(), known)
    log = Log(words, read_file(path))
    lines = log.lines
    runs = list(log.runs())
    if not runs:
        raise CannotJudge(f"no line of {path} is one that the map knows: see `parity map --from`")
    tolerance_ns = TOLERANCE_NS if tolerance_ns is None else tolerance_ns
    judged = [
        _judged(
            run,
            number,
            words,
            known,
            lines,
            followed=number < len(runs),
            within=tolerance_ns,
            full=full,
        )
        for number, run in enumerate(runs, start=1)
    ]
    return Judgement(
        subject=str(path),
        how=f"{counted(len(lines) - (not lines[-1]), 'line')}, {counted(len(runs), 'run')}",
        chance="",
        parts=tuple(part for part, _ in judged),
        not_judged=(
            *unknown(words, known),
            *not_said(words),
            *(words for _, notes in judged for words in notes),
            *_unread(log),
        ),
        run_next=(
            "parity check --rules   (every rule, with its address)",
            "parity judge COMMAND   (the program itself, in every scenario)",
        ),
    )


def _judged(
    run: LogRun,
    number: int,
    words: Words,
    known: Mapping[str, str],
    lines: Sequence[str],
    *,
    followed: bool,
    within: int,
    full: bool,
) -> tuple[Part, list[str]]:
    """Return the verdict on a run, and what could not be judged.

    If another run follows, this one is over, even if it does not say so.
    """
    config = config_shown(run, words, known)
    told_events = without_unknown(run.events, words, known)
    whole = completed(told_events, config, words.lacks, signal="interrupt", ended=followed)
    trace = Trace(events=whole, source="stdout")
    timed = known.keys() >= times_need(words) and not words.lacks
    found = judge_trace(trace, config, may_be_cut=True, timed=timed, tolerance_ns=within)
    if (trace.complete or followed) and (wrong := unaccounted(whole)):
        found.append(Finding("shutdown", "accounting", wrong))
    name = f"run {number}"
    shown = _evidence(found, run, words, lines, full=full)
    part = Part(
        name=name,
        about=f"{_lines(run)}{_lasted(run)}: {told(run.events)}",
        runs=1,
        failed=int(bool(found)),
        found=shown,
        failed_by_rule=dict.fromkeys((one.rule for one in shown), 1),
    )
    return part, list(_notes(name, run, trace, words, followed=followed))


def _evidence(
    found: Sequence[Finding], run: LogRun, words: Words, lines: Sequence[str], *, full: bool
) -> tuple[Evidence, ...]:
    if not found:
        return ()
    rows = own_rows(lines, run.events)
    told = (renamed(telling_unsaid(one.words, words.lacks), run) for one in found)
    return tuple(
        evidence(one.catcher, text, rows, one.lines, full=full)
        for one, text in zip(found, told, strict=True)
    )


def _lines(run: LogRun) -> str:
    if run.first_line == run.last_line:
        return f"line {run.first_line:,}"
    return f"lines {run.first_line:,} to {run.last_line:,}"


def _lasted(run: LogRun) -> str:
    times = [event.t_ns for event in (run.events[0], run.events[-1])]
    return "" if None in times else f", {seconds((times[1] or 0) - (times[0] or 0))}"


def _notes(name: str, run: LogRun, trace: Trace, words: Words, *, followed: bool) -> Iterator[str]:
    if not trace.complete:
        why = "the next one begins" if followed else "the log ends"
        yield f"the end of {name}: {why} before main has ended"
    if "job_abandoned" in words.lacks and (jobs := silent_jobs(trace.events)):
        yield f"{name}: {perhaps_lost([run.job_names.get(job, job) for job in jobs])}"


def _unread(log: Log) -> Iterator[str]:
    if log.ignored:
        levels = ", ".join(f"{level or 'no level'} {n:,}" for level, n in log.ignored.most_common())
        yield f"lines that are no event: {levels}"
    if log.undated:
        yield f"times of {counted(log.undated, 'line')}: they are not of the map's format"
