"""Read what a program left behind: its end, its stdout and its trace become an outcome."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

import msgspec

from parity.contract.events import LINES, SIGNAL_WORDS
from parity.contract.header import another_run
from parity.contract.log_reader import Log
from parity.contract.outcome import Exit, Outcome, Usage
from parity.contract.scenario import Config, Scenario
from parity.contract.trace import Trace
from parity.contract.trace_reader import disagreement, read_ndjson, read_stdout
from parity.contract.words import Words
from parity.errors import CrashedError, UntoldError, WrongClockError
from parity.execution.crash import most_telling_line, shown
from parity.execution.process import FLOOD_BYTES, Ended, ProcessFailedError
from parity.execution.processor_waits import ProcessorWaits
from parity.execution.subject import Subject
from parity.specification.hidden import completed

FLOOD_BYTES_EACH = 1 << 10
MOST_OUTPUT_BYTES = 2 << 30
"""How much a program may write to each of stdout, stderr and its trace: FLOOD_BYTES, and
FLOOD_BYTES_EACH for each job and worker, but never more than MOST_OUTPUT_BYTES, since all of it is
kept in memory."""

MOST_METRICS_BYTES = 1 << 20

LAST_BYTES = 4096
"""The size of a trace's end, which has main_done if the program came to its end."""

MAIN_DONE = f"{LINES['main_done']}\n".encode()


def hung(subject: Subject, timeout_s: float) -> str:
    """Return the message for a subject that did not end in time."""
    return (
        f"{subject.name} did not end within {timeout_s:g} s, and was ended; "
        "--timeout gives it longer"
    )


def check_trace(path: Path, limit: int) -> None:
    """Raise ProcessFailedError if the trace is too large."""
    if file_size(path) > limit:
        raise ProcessFailedError(f"wrote more than {limit >> 20} MiB to its trace")


def metrics_flag(scenario: Scenario, folder: Path) -> list[str]:
    """Return the flag for the scenario's metrics, if it has any: to this folder, or served."""
    if scenario.scraped:
        return ["-metrics=127.0.0.1:0"]
    return [f"-metrics={folder / 'metrics'}"] if scenario.metrics else []


def read_metrics(scenario: Scenario, folder: Path) -> bytes | None:
    """Return the metrics that were written, as far as they are not too large; None if not asked."""
    path = folder / "metrics"
    if scenario.scraped or not scenario.metrics:
        return None
    if not file_size(path):
        return b""
    with path.open("rb") as file:
        return file.read(MOST_METRICS_BYTES)


def read_trace(path: Path) -> bytes:
    return path.read_bytes() if file_size(path) else b""


def file_size(path: Path) -> int:
    try:
        status = path.lstat()
    except OSError:
        return 0  # There is no trace yet, or there never will be.
    # If a program put something else there, such as a device, it might have no end.
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def limit_bytes(config: Config) -> int:
    """Return how much a program may write to each of stdout, stderr and its trace."""
    return min(FLOOD_BYTES + FLOOD_BYTES_EACH * (config.jobs + config.workers), MOST_OUTPUT_BYTES)


def may_reject_trace(ended: Ended, trace: bytes) -> bool:
    """Whether the program may not know the flag -trace, which is allowed.

    It must know the other flags. Some parsers of flags end with a status other than 2.
    """
    return not trace and not ended.stdout and bool(ended.exit.status)


def outcome_of(
    subject: Subject,
    command: Sequence[str],
    scenario: Scenario,
    ended: Ended,
    data: bytes,
    *,
    killed: bool = False,
    heard_ns: Sequence[int] = (),
    late_ns: int = 0,
) -> Outcome:
    """Return the outcome of a run, given its end and the bytes of its trace.

    `killed` says that we sent it SIGKILL, so that its end is no crash. `heard_ns` says when its
    lines on stdout were heard, for a program without a trace. `late_ns` says how late the harness
    was meanwhile. Raises CannotJudge if it crashed, or did not tell enough.
    """
    check_end(subject, scenario, ended, data, killed=killed)
    trace, defect = _read(subject.words, scenario, ended, data, heard_ns)
    subject.check_program(trace.header)
    if trace.header and (trace.header.clock, scenario.clock) == ("real", "virtual"):
        raise WrongClockError(
            f"{subject.name}: its trace is of the real clock, where the virtual one was asked for: "
            "give --clock real"
        )
    outcome = Outcome(
        subject=subject.name,
        argv=tuple(command),
        trace=trace,
        stdout=ended.stdout,
        stderr=ended.stderr,
        exit=ended.exit,
        usage=ended.usage,
        defect=defect,
        raw_trace=data,
        ours=not subject.command,
        late_ns=late_ns,
        left=tuple(map(shown, ended.left)),
    )
    if scenario.config.quiet and trace.source == "stdout" and not scenario.wrong_usage:
        raise UntoldError(
            f"{subject.name} gave no trace, and the lines of a -quiet run do not tell its order: "
            "have it write one, or leave out --quiet"
        )
    return outcome


def lingered_ns(began_ns: int, usage: Usage, heard_ns: int, waits: ProcessorWaits) -> int:
    """Return how long the process lived after its last line was heard, at `heard_ns`.

    How long its threads had no processor is taken off. If the harness hears late, the result is
    too short. It is never too long.
    """
    lived_ns = began_ns + usage.wall_ns - heard_ns
    return max(0, lived_ns - waits.since_mark_ns)


def says_its_end(subject: Subject, outcome: Outcome) -> bool:
    """Whether its last line is main_done's."""
    silent = subject.words is not None and "main_done" in subject.words.lacks
    return outcome.trace.complete and not silent


def _read(
    words: Words | None, scenario: Scenario, ended: Ended, data: bytes, heard_ns: Sequence[int]
) -> tuple[Trace, str | None]:
    """Return the trace, and what is wrong with it. Without a trace, stdout is read."""
    if scenario.wrong_usage:
        return Trace(events=(), source="stdout"), None
    config, stdout = scenario.config, ended.stdout
    if not data and words:
        return _read_mapped(words, config, ended, heard_ns), None
    if not data:
        return read_stdout(stdout, workers=config.workers, heard_ns=heard_ns)
    trace, defect = read_ndjson(data)
    defect = defect or another_run(trace.header, scenario)
    killed = ended.exit.signal is not None
    differing = disagreement(
        trace, stdout, workers=config.workers, quiet=config.quiet, killed=killed
    )
    return trace, defect or differing


def _read_mapped(words: Words, config: Config, ended: Ended, heard_ns: Sequence[int]) -> Trace:
    """Read lines in other words, and add the events that they do not tell."""
    runs = list(Log(words, ended.stdout).runs(split=False))
    events = [
        msgspec.structs.replace(event, t_ns=heard_ns[event.line - 1] if heard_ns else None)
        for run in runs
        for event in run.events
    ]
    sent = config.signals_in_time
    whole = completed(
        events,
        config,
        words.lacks,
        signal=SIGNAL_WORDS[sent[0].name] if sent else None,
        ended=ended.exit == Exit(status=0),
    )
    return Trace(events=whole, source="stdout")


def check_end(
    subject: Subject, scenario: Scenario, ended: Ended, data: bytes, *, killed: bool = False
) -> None:
    """Raise CannotJudge if the program crashed. Nothing is parsed.

    A wrong exit status is no crash if stderr is empty, or if it comes after the program's last
    line. These are judged.
    """
    if killed and ended.exit == Exit(signal="SIGKILL"):
        return
    if ended.stdout.endswith(MAIN_DONE) or b'"main_done"' in data[-LAST_BYTES:]:
        return
    if ended.exit.signal is None:
        crashed = bool(ended.exit.status and ended.stderr and not scenario.wrong_usage)
    else:
        crashed = ended.exit.signal not in {signal.name for signal in scenario.config.signals}
    if crashed:
        telling = most_telling_line(ended.stderr)
        raise CrashedError(f"{subject.name} crashed ({ended.exit}): {telling}")
