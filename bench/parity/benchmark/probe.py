"""One process of a subject, alone on the machine, and what it took.

Times are those of the monotonic clock, which all processes of a machine share. The supervisor
measures a program's wall time, from just before exec to its end. The harness notes when the first
line arrives. This is some 50 µs after it was written, for every program.
"""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from parity.checker.judge import judge_trace
from parity.contract.events import LINES
from parity.contract.outcome import Exit
from parity.contract.scenario import Config
from parity.contract.trace import Event
from parity.contract.trace_reader import read_ndjson
from parity.errors import CannotJudge
from parity.execution.crash import most_telling_line
from parity.execution.lateness import Lateness, clocks
from parity.execution.process import Ended, Process, ProcessFailedError, attend, new_folder
from parity.execution.subject import Subject
from parity.execution.subject_run import LOOK_S

SIGINT = 2


class Arm(msgspec.Struct, frozen=True, kw_only=True):
    """A subject as it is run."""

    name: str
    subject: Subject
    flags: tuple[str, ...] = ()  # a flag of the port only: its executor


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What one process has to do."""

    config: Config
    flags: tuple[str, ...] = ()  # that are in no configuration
    traced: bool = False
    interrupt_at_line: int | None = None
    """SIGINT is sent when this many lines have come."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What it took."""

    wall_ns: int
    cpu_ns: int
    peak_rss_bytes: int
    first_line_ns: int  # from exec
    after_signal_ns: int | None  # from the signal to the end
    late_ns: int = 0  # how long the harness did not listen
    unheard: bool = False  # whether the signal came after the program had ended its work
    events: tuple[Event, ...] = ()


ATTEMPTS = 5
"""How often to run a process until its times are right: they are wrong if the harness was late."""

_SHUTDOWN = LINES["shutdown_initiated"].encode()


def launch(arm: Arm, probe: Probe, *, seed: int, timeout_s: float) -> Measured:
    """Run the process to its end. Raises CannotJudge if it fails, or says what it should not.

    The times are wrong if the harness was stopped, had no processor, or noted the time of exec
    after the program's first line. Then the process is run again.
    """
    for _ in range(ATTEMPTS):
        measured = _launch_once(arm, probe, seed=seed, timeout_s=timeout_s)
        if measured.first_line_ns > 0 and not measured.late_ns and not measured.unheard:
            return measured
    if measured.unheard:
        raise CannotJudge(
            f"{arm.name} did not tell of its signal in {ATTEMPTS} runs: it is deaf to SIGINT, or "
            "the machine is too busy to send it in time"
        )
    raise CannotJudge(
        f"{arm.name} could not be timed in {ATTEMPTS} runs, as the machine is too busy or was "
        "suspended: end what else is running, and measure again"
    )


def _launch_once(arm: Arm, probe: Probe, *, seed: int, timeout_s: float) -> Measured:
    flags = [*probe.config.flags(), *probe.flags, *arm.flags]
    command = [*arm.subject.argv("real", seed), *flags]
    folder = new_folder()
    trace = folder / "trace"
    if probe.traced:
        command.append(f"-trace={trace}")
    try:
        with Process(command, arm.subject.environment("real"), folder) as process:
            stamps = _attended(process, probe, timeout_s)
            ended = process.result()
            heard = _SHUTDOWN in ended.stdout.split(b"\n")
            _check(ended, probe.config, interrupted=heard and stamps.signal_ns is not None)
            events = _events(arm.subject, trace, probe.config) if probe.traced else ()
    except ProcessFailedError as problem:
        raise CannotJudge(f"{arm.name} {problem}") from None
    except CannotJudge as problem:
        raise CannotJudge(f"{arm.name}: {problem} ({' '.join(probe.config.flags())})") from None
    end_ns = process.began_ns + ended.usage.wall_ns
    return Measured(
        wall_ns=ended.usage.wall_ns,
        cpu_ns=ended.usage.cpu_ns,
        peak_rss_bytes=ended.usage.peak_rss_bytes,
        first_line_ns=stamps.first_line_ns - process.began_ns,
        after_signal_ns=None if stamps.signal_ns is None else end_ns - stamps.signal_ns,
        late_ns=stamps.late_ns,
        unheard=stamps.signal_ns is not None and not heard,
        events=events,
    )


class _Stamps(msgspec.Struct):
    first_line_ns: int = 0
    signal_ns: int | None = None
    late_ns: int = 0


def _attended(process: Process, probe: Probe, timeout_s: float) -> _Stamps:
    """Attend the process until it and its children have ended. Raises ProcessFailedError."""
    stamps = _Stamps()
    began = clocks()
    lateness, now_ns = Lateness(round(LOOK_S * 1e9), began), began[0]
    while not process.done:
        if now_ns - began[0] - lateness.total_ns >= timeout_s * 1e9:
            raise ProcessFailedError(
                f"did not end within {timeout_s:g} s, and was ended; --timeout gives it longer"
            )
        attend([process], LOOK_S)
        now_ns = lateness.listened(clocks())
        if not stamps.first_line_ns and b"\n" in process.stdout.text:
            stamps.first_line_ns = now_ns
        wanted = probe.interrupt_at_line
        if wanted and not stamps.signal_ns and process.stdout.text.count(b"\n") >= wanted:
            stamps.signal_ns = time.monotonic_ns()
            process.send(SIGINT)
        process.check()
    stamps.late_ns = lateness.total_ns
    if stamps.signal_ns:
        stamps.signal_ns += process.late_ns  # The supervisor sent it that much later.
    return stamps


def _check(ended: Ended, config: Config, *, interrupted: bool) -> None:
    """Raise CannotJudge unless the lifecycle lines are those of a complete run."""
    if ended.exit != Exit(status=0):
        raise CannotJudge(f"{ended.exit}: {most_telling_line(ended.stderr)}")
    if ended.left:
        raise CannotJudge(f"it left children running, which were ended: {ended.left[0]}")
    lines = ended.stdout.split(b"\n")
    wanted = {
        LINES["pool_starting"].format(workers=config.workers): 1,
        LINES["pool_closing"]: 1,
        LINES["pool_stopped"]: 1,
        LINES["main_done"]: 1,
        LINES["shutdown_initiated"]: int(interrupted),
    }
    for line, times in wanted.items():
        if lines.count(line.encode()) != times:
            raise CannotJudge(f"it said {line!r} {lines.count(line.encode())} times, not {times}")
    stopped = sum(line.endswith(b" shutting down gracefully") for line in lines)
    if stopped < config.workers or (stopped > config.workers and not config.scales):
        raise CannotJudge(f"{stopped} of {config.workers} workers shut down")


def _events(subject: Subject, path: Path, config: Config) -> tuple[Event, ...]:
    """Return the events of the trace.

    Raises CannotJudge if the run is not legal, or the trace is another program's.
    """
    try:
        trace, defect = read_ndjson(path.read_bytes())
    except OSError as error:
        raise CannotJudge(f"it wrote no trace: {error.strerror}") from None
    subject.check_program(trace.header)
    broken = [defect] if defect else judge_trace(trace, config, timed=False)
    if broken:
        raise CannotJudge(f"its trace is not that of a legal run: {broken[0]}")
    return trace.events
