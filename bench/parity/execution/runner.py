"""Run a scenario on all subjects side by side, each to its outcome."""

from __future__ import annotations

import math
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import msgspec

from parity.contract.outcome import TOLERANCE_NS, Outcome
from parity.contract.scenario import Scenario
from parity.contract.trace import Trace
from parity.contract.trace_reader import read_ndjson, read_stdout
from parity.errors import CannotJudge, HungError
from parity.execution.lateness import Lateness, clocks
from parity.execution.noise import control
from parity.execution.process import (
    Ended,
    Process,
    ProcessFailedError,
    attend,
    new_folder,
)
from parity.execution.reading import (
    check_end,
    check_trace,
    file_size,
    hung,
    limit_bytes,
    may_reject_trace,
    metrics_flag,
    outcome_of,
    read_metrics,
    read_trace,
    says_its_end,
)
from parity.execution.subject import Subject
from parity.execution.termination import terminable
from parity.specification.greedy import makespan_ns

Watch = Callable[[int, int, str], None]
HeardLines = deque[tuple[int, int, str]]

LOOK_S = 0.05
"""How long a round of listening takes at most. After each round we check the size of each trace."""

TELLING_NS = 2 * TOLERANCE_NS
"""In a shorter run, lines that are heard all at once do not tell of a buffer."""

WATCHING_S = 0.01
"""How long to call `watch` in one round, at most. The other lines wait for the next round."""


def run_side_by_side(
    subjects: Sequence[Subject],
    scenario: Scenario,
    *,
    seed: int,
    timeout_s: float,
    watch: Watch | None = None,
    kill_at_ns: int | None = None,
) -> list[Outcome]:
    """Run the scenario on every subject at once, and return their outcomes.

    On the real clock the operating system delivers signals. Their times count from the program's
    first line on stdout. So the time to load an interpreter does not count. The program's timers
    start with its first submission, right after that line. Its own clock, which its trace shows,
    may have started some ms before.

    `watch` is called, in this thread, with each line on stdout as it comes: the subject's index, ns
    since that subject's first line, the line. If it is slow, it gets its lines later. A call that
    takes longer than a round delays the signals.

    On the real clock a control runs beside them. Its lateness says how late a program may be.

    Nothing is parsed before all have ended, since parsing would delay listening. Each outcome says
    how late the harness was nevertheless.

    `kill_at_ns` is when to send SIGKILL, on the real clock, counted like the times of signals. If a
    program keeps its first line in a buffer, the time counts from the first line of its trace.

    Raises CannotJudge if a subject could not be started, crashed, did not end in time, or wrote too
    much; it names the first such subject. SIGTERM and SIGHUP raise SystemExit. On every way out
    everything is ended, and no file is left.
    """
    outcomes = []
    results = _run(
        subjects, scenario, seed, timeout_s, each=False, watch=watch, kill_at_ns=kill_at_ns
    )
    for result in results:
        if isinstance(result, Failure):
            raise result.problem
        outcomes.append(result)
    return outcomes


def run_each(
    subjects: Sequence[Subject],
    scenario: Scenario,
    *,
    seed: int,
    timeout_s: float,
    watch: Watch | None = None,
) -> list[Outcome | Failure]:
    """Run as `run_side_by_side` does. If one subject fails, the others still run to their end."""
    return _run(subjects, scenario, seed, timeout_s, each=True, watch=watch, kill_at_ns=None)


def _run(
    subjects: Sequence[Subject],
    scenario: Scenario,
    seed: int,
    timeout_s: float,
    *,
    each: bool,
    watch: Watch | None,
    kill_at_ns: int | None,
) -> list[Outcome | Failure]:
    """Return each subject's outcome or failure. If not `each`, raise the first failure."""
    with terminable(), ExitStack() as stack:
        lines: HeardLines = deque()
        runs = [
            _Run(index, subject, scenario, lines if watch else None, kill_at_ns)
            for index, subject in enumerate(subjects)
        ]
        for run in runs:
            with run.failing(each=each):
                run.command = command_line(run.subject, scenario, seed)
        real = scenario.clock == "real" and not scenario.wrong_usage
        beside = stack.enter_context(control()) if real else None
        began = clocks()
        lateness = Lateness(round(LOOK_S * 1e9), began)
        for run in runs:
            if run.problem:
                continue
            with run.failing(each=each):
                run.start(stack, traced=not scenario.wrong_usage)
        stack.callback(_stop, runs)
        while going := [run for run in runs if run.goes_on]:
            patience_s = 0.0 if lines else min(run.patience_s() for run in going)
            attend([run.process for run in going], patience_s)
            now_ns = lateness.listened(clocks())
            for run in going:
                with run.failing(each=each):
                    run.proceed(stack, now_ns, lateness)
            if watch:
                _tell(watch, lines, WATCHING_S)
            if now_ns - began[0] - lateness.total_ns >= timeout_s * 1e9:
                for run in going:
                    if run.goes_on:
                        with run.failing(each=each):
                            run.check_ended(timeout_s)
        if watch:
            _tell(watch, lines)
        tolerance_ns = beside.tolerance_ns() if beside else TOLERANCE_NS
    return [run.result(tolerance_ns, each=each) for run in runs]


def _tell(watch: Watch, lines: HeardLines, seconds: float = math.inf) -> None:
    """Call `watch` with the lines in turn, for so long at most."""
    deadline = time.monotonic() + seconds
    while lines and time.monotonic() < deadline:
        watch(*lines.popleft())


def _stop(runs: Sequence[_Run]) -> None:
    """Ask all to end, before we wait for each."""
    for run in runs:
        if run.started:
            run.process.stop()


def command_line(subject: Subject, scenario: Scenario, seed: int) -> list[str]:
    """Return the command line, without -trace. Raises CannotJudge if there is none."""
    flags = scenario.flags(signals=scenario.clock == "virtual")
    return [*subject.argv(scenario.clock, seed), *flags]


class Failure(NamedTuple):
    """A subject without an outcome: it could not be started, crashed, hung, or wrote too much."""

    subject: Subject
    problem: CannotJudge
    trace: Trace
    """What it had said until then."""


class _Run:
    """One subject's way to its outcome."""

    command: list[str]
    process: Process
    started = False
    problem: CannotJudge | None = None
    """Why it has no outcome."""
    ended: Ended | None = None
    """How it ended; set when its children are gone, too."""

    def __init__(
        self,
        index: int,
        subject: Subject,
        scenario: Scenario,
        lines: HeardLines | None,
        kill_at_ns: int | None,
    ) -> None:
        """`lines` collects what the program says on stdout, if somebody watches."""
        self._data = b""
        self.index, self.subject, self.scenario, self.lines = index, subject, scenario, lines
        self.kill_at_ns = kill_at_ns
        self.limit = limit_bytes(scenario.config)

    def start(self, stack: ExitStack, *, traced: bool) -> None:
        self.traced = traced
        self._signals = self._to_be_sent()
        self._first_line_ns: int | None = None
        self._seen = 0
        self._heard: list[tuple[int, int]] = []  # offset in stdout, ns since the first line
        folder = new_folder()
        # A file, not a pipe: a full pipe would park a goroutine of the faketime build in the
        # network poller. The build's clock would take that for sleep, and jump. For stdout and
        # stderr pipes are fine: Go writes these with system calls that block.
        self._trace = folder / "trace"
        files = metrics_flag(self.scenario, folder)
        files += [f"-trace={self._trace}"] if traced else []
        environment = self.subject.environment(self.scenario.clock)
        with self._named():
            self.process = stack.enter_context(
                Process([*self.command, *files], environment, folder, limit_bytes=self.limit)
            )
        self.started = True

    def _to_be_sent(self) -> list[tuple[int, int]]:
        """Return the time and number of each signal to send, the earliest first."""
        signals: list[tuple[int, int]] = []
        if self.scenario.clock == "real" and not self.scenario.wrong_usage:
            sent = self.scenario.config.signals_in_time
            signals = [(s.at_ns, signal.Signals[s.name]) for s in sent]
        if self.kill_at_ns is not None:
            signals.append((self.kill_at_ns, signal.SIGKILL))
        return sorted(signals, key=lambda s: s[0])

    @property
    def goes_on(self) -> bool:
        return self.started and self.ended is None and self.problem is None

    @contextmanager
    def failing(self, *, each: bool) -> Iterator[None]:
        """If the subject fails, note it and end the subject; if not `each`, raise it instead."""
        try:
            yield
        except CannotJudge as problem:
            if not each:
                raise
            self.problem = problem
            if self.started:
                self._data = self._data or read_trace(self._trace)
                self.process.stop()

    def check_ended(self, timeout_s: float) -> None:
        """Raise CannotJudge if it has not ended. Its children still get their grace period."""
        if self.ended is None and not self.process.ended:
            raise HungError(hung(self.subject, timeout_s))

    def result(self, tolerance_ns: int, *, each: bool) -> Outcome | Failure:
        """Return the outcome, or the failure. If not `each`, raise the failure."""
        if self.problem is None:
            with self.failing(each=each):
                return msgspec.structs.replace(self.outcome(), tolerance_ns=tolerance_ns)
        assert self.problem is not None
        return Failure(self.subject, self.problem, self._heard_so_far())

    def _heard_so_far(self) -> Trace:
        """Return what it had said: its trace, or else the lines on stdout."""
        if not self.started or self.scenario.wrong_usage:
            return Trace(events=(), source="stdout")
        stdout = bytes(self.process.stdout.text)
        trace, _ = read_ndjson(self._data) if self._data else read_stdout(stdout)
        return trace

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except ProcessFailedError as problem:
            raise CannotJudge(f"{self.subject.name} {problem}") from None

    def patience_s(self) -> float:
        """Return how long there is nothing to do."""
        if self._first_line_ns is None or not self._signals:
            return LOOK_S
        due_ns = self._first_line_ns + self._signals[0][0] - time.monotonic_ns()
        return min(LOOK_S, max(0.0, due_ns / 1e9))

    def proceed(self, stack: ExitStack, now_ns: int, lateness: Lateness) -> None:
        """Do what is due after something was heard. Raises CannotJudge."""
        self._follow_lines(now_ns)
        self._send_signals()
        with self._named():
            self.process.check()
            check_trace(self._trace, self.limit)
            if not self.process.done:
                return
            ended, self._data = self.process.result(), read_trace(self._trace)
            self._metrics = read_metrics(self.scenario, self._trace.parent)
        if self.traced and may_reject_trace(ended, self._data):
            self.start(stack, traced=False)
            return
        check_end(self.subject, self.scenario, ended, self._data, killed=self._killed)
        self.ended = ended
        self._began_ns = self.process.began_ns
        self._late_ns = lateness.total_ns + self.process.late_ns

    @property
    def _killed(self) -> bool:
        return self.kill_at_ns is not None

    def outcome(self) -> Outcome:
        """Read what was kept. Raises CannotJudge if it does not tell enough."""
        assert self.ended is not None
        real = self.scenario.clock == "real"
        outcome = outcome_of(
            self.subject,
            self.command,
            self.scenario,
            self.ended,
            self._data,
            killed=self._killed,
            heard_ns=self._times_of_lines(self.ended.stdout) if real else (),
            late_ns=self._late_ns if real else 0,
        )
        buffers = real and self._heard_at_the_end()
        return msgspec.structs.replace(
            outcome,
            metrics=self._metrics,
            lingered_ns=self._lingered_ns() if says_its_end(self.subject, outcome) else 0,
            buffers=buffers,
            unsent=tuple(map(str, self.scenario.config.signals_in_time)) if buffers else (),
        )

    def _lingered_ns(self) -> int:
        """Return how long the process lived after its last line was heard.

        If the harness hears late, the result is too short. It is never too long.
        """
        assert self.ended is not None
        if self._first_line_ns is None or not self._heard:
            return 0
        heard_ns = self._first_line_ns + self._heard[-1][1]
        return max(0, self._began_ns + self.ended.usage.wall_ns - heard_ns)

    def _heard_at_the_end(self) -> bool:
        """Whether the process lived as long as its run takes, and no line came before its end.

        If the harness was late, lines may have come earlier. If it has sent a signal, one did.
        """
        assert self.ended is not None
        takes_ns = makespan_ns(self.scenario.config)
        scheduled = len(self.scenario.config.signals)
        sent = scheduled > len(self._signals) or self._killed
        if sent or takes_ns < TELLING_NS or self.ended.usage.wall_ns < takes_ns:
            return False
        if not self._heard:
            return True
        return self._heard[-1][1] + self._late_ns < takes_ns // 4

    def _times_of_lines(self, stdout: bytes) -> list[int]:
        """Return when each line on stdout was heard."""
        times: list[int] = []
        seen = 0
        for end, t_ns in self._heard:
            times += [t_ns] * stdout.count(b"\n", seen, end)
            seen = end
        return times

    def _follow_lines(self, now_ns: int) -> None:
        text = self.process.stdout.text
        end = text.rfind(b"\n", self._seen) + 1
        if self._first_line_ns is None and (end or self._buffers()):
            self._first_line_ns = now_ns
        if not end or self._first_line_ns is None:
            return
        t_ns = now_ns - self._first_line_ns
        if self.lines is not None:
            said = text[self._seen : end - 1].decode(errors="replace").split("\n")
            self.lines.extend((self.index, t_ns, line) for line in said)
        self._heard.append((end, t_ns))
        self._seen = end

    def _buffers(self) -> bool:
        """Whether we shall kill it, and it has written to its trace but not to stdout."""
        return self.kill_at_ns is not None and bool(file_size(self._trace))

    def _send_signals(self) -> None:
        while self._signals and self._first_line_ns is not None:
            if time.monotonic_ns() < self._first_line_ns + self._signals[0][0]:
                return
            self.process.send(self._signals.pop(0)[1])
