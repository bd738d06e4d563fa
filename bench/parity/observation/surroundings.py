"""Surroundings that a program may find. In each, every program must end in the same way."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from parity.checker.judge import judge_trace
from parity.contract.outcome import Exit
from parity.contract.scenario import MS, Config
from parity.contract.trace_reader import disagreement, read_ndjson
from parity.execution.process import Ended, Process, ProcessFailedError, attend, new_folder
from parity.execution.reading import MAIN_DONE, read_trace
from parity.execution.subject import Subject
from parity.observation.observation import Check, Found

ENTER = Path(__file__).with_name("enter.py")
TIMEOUT_S = 30.0
TOLERANCE_NS = 2_000 * MS
"""Times are not judged here: `run` does that."""

BUSY = b" processing Job ID: 1,"
HEARD = b"Initiating graceful shutdown...\n"
CONFIG = Config(jobs=12, interval_ns=10 * MS, work_ns=20 * MS)
LONG = Config(workers=1, jobs=3, interval_ns=0, work_ns=500 * MS)
TALKATIVE = Config(workers=1, jobs=2000, interval_ns=0, work_ns=0)
"""It says more than a terminal holds."""
COMPUTING = Config(workers=1, jobs=3, interval_ns=0, cpu=300_000_000)
"""Each job computes for a time that no run of this module has."""
APART_S = 0.3
IGNORED = (
    *("SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPIPE", "SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGXFSZ"),
    *("SIGIO", "SIGCHLD", "SIGURG", "SIGWINCH", "SIGCONT"),
    *(name for name in ("SIGPWR", "SIGRTMAX") if hasattr(signal, name)),  # Linux
)
GRACEFUL, REJECTED = Exit(status=0), Exit(status=2)


class Surrounding(NamedTuple):
    name: str
    about: str
    states: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    """The first is sent while a job is being done, and each other one when the one before was
    heard, or `APART_S` later if nothing will be heard."""
    unheard: bool = False
    scripted: bool = False  # flags say when the signals come, and the program sends them itself
    computing: bool = False  # while a job computes, an event loop hears of no signal
    talkative: bool = False
    want: Exit = GRACEFUL
    trace: str | None = None  # a path, instead of a file that can be written
    stderr: str = ""  # the end of stderr's only line; TRACE is the path
    stdout: str = ""  # must be: whole, empty or broken off; "" is not judged
    ours_only: bool = False  # the contract says nothing about it, so other programs are not judged

    @property
    def config(self) -> Config:
        if self.computing:
            return COMPUTING
        if self.talkative:
            return TALKATIVE
        return LONG if self.signals else CONFIG


def _killed(name: str) -> Exit:
    return Exit(signal=name)


SURROUNDINGS = (
    Surrounding(
        "reader-leaves",
        "the reader of stdout goes away: the program ends by SIGPIPE",
        ("leave-after=200",),
        want=_killed("SIGPIPE"),
        ours_only=True,
    ),
    Surrounding(
        "reader-leaves-ignored",
        "the same, where the parent ignores SIGPIPE",
        ("leave-after=200", "ignore=SIGPIPE"),
        want=_killed("SIGPIPE"),
        ours_only=True,
    ),
    Surrounding(
        "stdout-full",
        "no room for stdout: the trace stays whole",
        ("stdout=/dev/full",),
        ours_only=True,
    ),
    Surrounding(
        "trace-full",
        "no room for the trace: reported before the first line",
        trace="/dev/full",
        want=REJECTED,
        stderr='cannot write trace "TRACE": no space left on device',
        stdout="empty",
    ),
    Surrounding(
        "trace-fills-up",
        "no more room for the trace, in the middle of a run",
        ("file-size=1500",),
        want=REJECTED,
        stderr='cannot write trace "TRACE": file too large',
        stdout="broken off",
    ),
    Surrounding(
        "old-trace",
        "the file of the trace holds something already: it is replaced",
        ("fill=TRACE",),
        stdout="whole",
    ),
    Surrounding("no-stdin", "stdin is closed", ("close=0",), stdout="whole"),
    Surrounding(
        "no-stdout",
        "stdout is closed",
        ("close=1",),
        ours_only=True,
    ),
    Surrounding("no-stderr", "stderr is closed", ("close=2",), stdout="whole"),
    Surrounding(
        "no-descriptors",
        "all three are closed",
        ("close=0", "close=1", "close=2"),
        ours_only=True,
    ),
    Surrounding(
        "interrupt-ignored",
        "the parent ignores SIGINT: the first is heard, the second ignored",
        ("ignore=SIGINT",),
        ("SIGINT", "SIGINT"),
        stdout="whole",
        ours_only=True,
    ),
    Surrounding(
        "interrupt-ignored-terminate",
        "the parent ignores SIGINT: SIGTERM is heard, and the second ends the process",
        ("ignore=SIGINT",),
        ("SIGTERM", "SIGTERM"),
        want=_killed("SIGTERM"),
        ours_only=True,
    ),
    Surrounding(
        "interrupt-ignored-reader-leaves",
        "the parent ignores SIGINT, and the reader of stdout goes away",
        ("leave-after=200", "ignore=SIGINT"),
        want=_killed("SIGPIPE"),
        ours_only=True,
    ),
    Surrounding(
        "terminate-ignored",
        "the parent ignores SIGTERM: it is heard, and the second ends the process",
        ("ignore=SIGTERM",),
        ("SIGTERM", "SIGTERM"),
        want=_killed("SIGTERM"),
        ours_only=True,
    ),
    Surrounding(
        "signals-blocked",
        "the parent blocks both signals: both are heard",
        ("block=SIGINT", "block=SIGTERM"),
        ("SIGTERM", "SIGINT"),
        want=_killed("SIGINT"),
    ),
    Surrounding(
        "signal-blocked", "the same with one signal", ("block=SIGINT",), ("SIGINT",), stdout="whole"
    ),
    Surrounding(
        "interrupt-twice", "SIGINT twice", (), ("SIGINT", "SIGINT"), want=_killed("SIGINT")
    ),
    Surrounding(
        "interrupt-terminate",
        "SIGINT, then SIGTERM",
        (),
        ("SIGINT", "SIGTERM"),
        want=_killed("SIGTERM"),
    ),
    Surrounding(
        "interrupt-twice-computing",
        "SIGINT twice while a job computes: the second ends the process, and waits for nothing",
        (),
        ("SIGINT", "SIGINT"),
        want=_killed("SIGINT"),
        unheard=True,
        computing=True,
    ),
    Surrounding(
        "stdout-stuck",
        "SIGINT twice while nobody reads stdout: the second ends the process",
        ("stop-after=210",),
        ("SIGINT", "SIGINT"),
        want=_killed("SIGINT"),
        unheard=True,
        ours_only=True,
    ),
    Surrounding(
        "interrupt-twice-scripted",
        "SIGINT twice, as flags say: the second ends the process",
        (),
        ("SIGINT", "SIGINT"),
        want=_killed("SIGINT"),
        scripted=True,
        ours_only=True,
    ),
    Surrounding(
        "stdout-stuck-scripted",
        "the same while nobody reads stdout",
        ("stop-after=210",),
        ("SIGINT", "SIGINT"),
        want=_killed("SIGINT"),
        unheard=True,
        scripted=True,
        ours_only=True,
    ),
    Surrounding(
        "interrupt-ignored-scripted",
        "the parent ignores SIGINT, and flags say when two come: the second is ignored",
        ("ignore=SIGINT",),
        ("SIGINT", "SIGINT"),
        scripted=True,
        stdout="whole",
        ours_only=True,
    ),
    Surrounding(
        "slow-terminal",
        "stdout is a terminal that does not block, and often full: no line is lost, or cut off",
        # Seldom read: a program that gets little of a busy processor has to find it full, too.
        ("terminal=50",),
        talkative=True,
        stdout="whole",
        ours_only=True,
    ),
    Surrounding(
        "few-files",
        "a low limit of open files that may be raised",
        ("open-files=7",),
        stdout="whole",
        ours_only=True,
    ),
    Surrounding(
        "other-signals",
        "signals that Go's runtime catches have no effect",
        (),
        (*IGNORED, "SIGINT"),
        stdout="whole",
        ours_only=True,
    ),
    Surrounding(
        "hangup", "SIGHUP ends it", (), ("SIGHUP",), want=_killed("SIGHUP"), ours_only=True
    ),
    Surrounding(
        "hangup-ignored",
        "the parent ignores SIGHUP, as nohup does: it has no effect",
        ("ignore=SIGHUP",),
        ("SIGHUP", "SIGINT"),
        stdout="whole",
        ours_only=True,
    ),
)


def checks() -> list[Check]:
    return [Check(one.name, one.about, 1.0, _judge_in(one)) for one in SURROUNDINGS]


def _judge_in(place: Surrounding) -> Callable[[Subject], Found]:
    return lambda subject: found_in(place, subject)


def found_in(place: Surrounding, subject: Subject) -> Found:
    """Run the subject there, and say how it ended. Raises CannotJudge if it cannot be run."""
    if place.scripted and place.unheard and subject.is_port:
        return Found(None, "its event loop sends the signals, and is stuck itself")
    if place.ours_only and subject.command:
        return Found(None, "the contract says nothing of it")
    folder = new_folder()
    path = folder / "trace"
    trace = place.trace or str(path)
    program = [*subject.argv("real", 1), *place.config.flags(), f"-trace={trace}"]
    if place.scripted:
        program += [f"-signal={name}@{n}00ms" for n, name in enumerate(place.signals, start=1)]
    states = [state.replace("TRACE", trace) for state in place.states]
    command = [sys.executable, "-I", "-S", str(ENTER), *states, "--", *program]
    try:
        with Process(command, subject.environment("real"), folder) as process:
            if not place.scripted:
                _send(process, place)
            process.wait(TIMEOUT_S)
            while not process.done:  # a reader between us may still pass on lines
                attend([process], TIMEOUT_S)
            ended = process.result()
            data = read_trace(path)
    except ProcessFailedError as problem:
        return Found(False, f"{problem}")
    if wrong := _wrong_end(place, ended, trace, ours=not subject.command) or _wrong_trace(
        place, ended, data
    ):
        return Found(False, wrong)
    return Found(True, str(ended.exit))


def _send(process: Process, place: Surrounding) -> None:
    """Send each signal at its time, until all are sent or the program has ended."""
    signals, due = list(place.signals), BUSY
    give_up = time.monotonic() + TIMEOUT_S
    while signals and not process.ended and time.monotonic() < give_up:
        if due in process.stdout.text:
            name = signals.pop(0)
            process.send(signal.Signals[name])
            due = HEARD if name in ("SIGINT", "SIGTERM") and not place.unheard else BUSY
            if place.unheard:
                time.sleep(APART_S)
        attend([process], 0.05)


def _wrong_end(place: Surrounding, ended: Ended, trace: str, *, ours: bool) -> str | None:
    if ended.exit != place.want:
        told = ended.stderr.decode(errors="replace").strip().partition("\n")[0]
        return f"ended with {ended.exit}, want {place.want}" + (f": {told[:100]}" if told else "")
    wanted = place.stderr.replace("TRACE", trace)
    told = ended.stderr.decode(errors="replace").strip()
    # Other programs may use other words, and may log on stderr.
    if told != wanted if ours else bool(wanted) and not told:
        return f"said on stderr {told[:120]!r}, want {wanted!r}"
    is_whole = ended.stdout.endswith(MAIN_DONE)
    seen = "whole" if is_whole else "broken off" if ended.stdout else "empty"
    if place.stdout and seen != place.stdout:
        return f"its stdout is {seen}, want {place.stdout}"
    return None


def _wrong_trace(place: Surrounding, ended: Ended, data: bytes) -> str | None:
    """Judge the trace of a program that comes to its end: it is legal and whole."""
    if place.want != GRACEFUL or not data:
        return None
    trace, defect = read_ndjson(data)
    if defect or not trace.complete:
        return defect or "its trace ends without main_done"
    if place.stdout == "whole" and (
        wrong := disagreement(trace, ended.stdout, workers=place.config.workers, quiet=False)
    ):
        return wrong
    found = judge_trace(trace, place.config, tolerance_ns=TOLERANCE_NS)
    return str(found[0]) if found else None
