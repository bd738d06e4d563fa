"""The run of one subject: started, listened to, and its outcome or failure."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import msgspec

from parity.contract.outcome import TOLERANCE_NS, HeldLine, Outcome, Scrape
from parity.contract.scenario import Scenario
from parity.contract.trace import Trace
from parity.contract.trace_reader import read_ndjson, read_stdout
from parity.errors import CannotJudge, HungError
from parity.execution.lateness import Lateness
from parity.execution.noise import tolerance_ns
from parity.execution.process import Ended, Process, ProcessFailedError, new_folder
from parity.execution.processor_waits import ProcessorWaits
from parity.execution.promptness import slowest_line
from parity.execution.reading import (
    check_end,
    check_trace,
    file_size,
    hung,
    limit_bytes,
    lingered_ns,
    may_reject_trace,
    metrics_flag,
    outcome_of,
    read_metrics,
    read_trace,
    says_its_end,
)
from parity.execution.scraping import SERVING, Scraper
from parity.execution.subject import Subject
from parity.specification.greedy import makespan_ns

HeardLines = deque[tuple[int, int, str]]

LOOK_S = 0.05
"""How long a round of listening takes at most. After each round we check the size of each trace."""

ANSWERING_NS = 1_000_000_000
"""A program that has served its metrics for so long must have answered a scrape."""

TELLING_NS = 2 * TOLERANCE_NS
"""In a shorter run, lines that are heard all at once do not tell of a buffer."""


class Failure(NamedTuple):
    """A subject without an outcome: it could not be started, crashed, hung, or wrote too much."""

    subject: Subject
    problem: CannotJudge
    trace: Trace
    """What it had said until then."""


class SubjectRun:
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
        self._waits = ProcessorWaits()
        self._scraper = Scraper(self._lines_heard) if self.scenario.scraped else None
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

    def result(self, control_ns: int, *, each: bool) -> Outcome | Failure:
        """Return the outcome, or the failure. If not `each`, raise the failure.

        `control_ns` is how late the control beside it was.
        """
        if self.problem is None:
            with self.failing(each=each):
                waited_ns = self._waits.longest_ns if self.scenario.clock == "real" else 0
                late_ns = tolerance_ns(control_ns, waited_ns)
                return msgspec.structs.replace(self.outcome(), tolerance_ns=late_ns)
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
        if self.process.pid and not self.process.ended:
            self._waits.look(self.process.pid, now_ns)
        if self._scraper:
            self._scraper.follow(self.process.stderr.text)
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
        heard_ns = self._times_of_lines(self.ended.stdout) if real else []
        outcome = outcome_of(
            self.subject,
            self.command,
            self.scenario,
            self.ended,
            self._data,
            killed=self._killed,
            heard_ns=heard_ns,
            late_ns=self._late_ns if real else 0,
        )
        held_back_ns = self._held_back_ns() if real else 0
        if self._scraper:
            outcome = msgspec.structs.replace(
                outcome,
                scrapes=self._answers_to_scrapes(self._scraper),
                stderr=SERVING.sub(b"", outcome.stderr, count=1),
            )
        return msgspec.structs.replace(
            outcome,
            metrics=self._metrics,
            lingered_ns=self._lingered_ns() if says_its_end(self.subject, outcome) else 0,
            held_back_ns=held_back_ns,
            slowest=self._slowest_line(outcome.trace, heard_ns),
            unsent=tuple(map(str, self.scenario.config.signals_in_time)) if held_back_ns else (),
        )

    def _answers_to_scrapes(self, scraper: Scraper) -> tuple[Scrape, ...]:
        """Return the answers. Raises CannotJudge if the run was too short to give one."""
        assert self.ended is not None
        scrapes = scraper.end()
        served_ns = self._began_ns + self.ended.usage.wall_ns - scraper.told_ns
        if scrapes or not scraper.told_ns or served_ns >= ANSWERING_NS:
            return scrapes
        raise CannotJudge(
            f"{self.subject.name} ended {max(0, served_ns) / 1e6:.0f} ms after it had told its "
            "address, before a scrape was answered: make the run longer"
        )

    def _lingered_ns(self) -> int:
        assert self.ended is not None
        if self._first_line_ns is None or not self._heard:
            return 0
        heard_ns = self._first_line_ns + self._heard[-1][1]
        return lingered_ns(self._began_ns, self.ended.usage, heard_ns, self._waits)

    def _slowest_line(self, trace: Trace, heard_ns: Sequence[int]) -> HeldLine | None:
        """Return the line that was heard longest after its event, without what we were late."""
        held = slowest_line(trace, heard_ns, quiet=self.scenario.config.quiet)
        return held and held._replace(held_ns=held.held_ns - self._late_ns)

    def _held_back_ns(self) -> int:
        """Return how late a harness must be to hear them so, if all lines came at once at the end.

        The process must have lived as long as its run takes. If the harness has sent a signal, a
        line came before.
        """
        assert self.ended is not None
        takes_ns = makespan_ns(self.scenario.config)
        scheduled = len(self.scenario.config.signals)
        sent = scheduled > len(self._signals) or self._killed
        if sent or takes_ns < TELLING_NS or self.ended.usage.wall_ns < takes_ns:
            return 0
        if not self._heard:
            return takes_ns
        return max(0, takes_ns // 4 - self._heard[-1][1])

    def _lines_heard(self) -> int:
        """Return how many events are known to have happened. A quiet run prints only some."""
        return 0 if self.scenario.config.quiet else self.process.stdout.text.count(b"\n")

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
        self._waits.mark()
        self._seen = end

    def _buffers(self) -> bool:
        """Whether we shall kill it, and it has written to its trace but not to stdout."""
        return self.kill_at_ns is not None and bool(file_size(self._trace))

    def _send_signals(self) -> None:
        while self._signals and self._first_line_ns is not None:
            if time.monotonic_ns() < self._first_line_ns + self._signals[0][0]:
                return
            self.process.send(self._signals.pop(0)[1])
