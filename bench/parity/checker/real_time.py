"""What can be judged on the real clock: no timer is early, and nothing is later than noise allows.

A job's work is a timer from job_started to job_completed. A pause is a timer between two
submissions, if the first found room. A signal has its time. And whatever can happen at once is due:
an idle worker takes a waiting job, a signal initiates the shutdown, main closes when the context is
done, an idle worker stops when it may, and the pool stops after its last worker.

On a busy machine anything may be late. So the caller measures beside the run how late is too late.
A program also needs some time for each line that it prints.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parity.checker.waiting_workers import BECAME_IDLE
from parity.contract.durations import seconds
from parity.contract.events import OF_SHUTDOWN
from parity.contract.scenario import Config
from parity.contract.trace import Event
from parity.specification.greedy import makespan_ns

GRAIN_NS = 1_000_000
"""A clock is read a moment before or after a timer is set, and event loops round times."""

LINE_NS = 500_000
"""How long a slow program may take to print one line. Many lines that are due at once take
longer."""

SIGNAL_NS = 300_000_000
"""Lines excuse at most this much of a signal's lateness: a signal does not wait for a backlog."""

JOBS_A_TOLERANCE = 50
"""In a chain of this many jobs, each a little late, the lateness may add up to one tolerance."""


class Timer(NamedTuple):
    """A thing that was due in a run: how late it was (less than 0: early), and where it is."""

    late_ns: int
    event: Event
    words: str
    since_line: int = 0  # the line that made it possible, if it is one
    waits: bool = False  # a job that waited beside an idle worker


class _Due(NamedTuple):
    at_ns: int
    words: str
    is_timer: bool = True  # otherwise it only became possible, and is never early
    since_line: int = 0
    waits: bool = False


def timers(events: Sequence[Event], config: Config) -> Iterator[Timer]:
    """Yield what was due, in the order of the trace. If jobs compute, everything may be late."""
    last = _LastTimes(config)
    for event in events:
        if event.t_ns is None:
            continue
        due = last.due(event)
        if due:
            late_ns = event.t_ns - due.at_ns
            if (late_ns >= 0 and not config.cpu) or (late_ns < 0 and due.is_timer):
                yield Timer(late_ns, event, due.words, due.since_line, due.waits)
        last.take(event, event.t_ns)


def latest(events: Sequence[Event], config: Config) -> Timer | None:
    return max(timers(events, config), key=lambda t: t.late_ns, default=None)


def first_late(events: Sequence[Event], config: Config, *, tolerance_ns: int) -> Iterator[Timer]:
    """Yield what was too late: the first event of the shutdown, and the first other event.

    Lines that the program printed in the meantime are an excuse, since each takes some time.
    """
    times = [event.t_ns or 0 for event in events]
    found = set()
    for timer in timers(events, config):
        of_shutdown = timer.event.event in OF_SHUTDOWN
        if timer.late_ns <= tolerance_ns or of_shutdown in found:
            continue
        t_ns = timer.event.t_ns or 0
        said = bisect_right(times, t_ns) - bisect_right(times, t_ns - timer.late_ns)
        excused_ns = said * LINE_NS
        if timer.event.event == "signal_received":
            excused_ns = min(excused_ns, SIGNAL_NS)
        if timer.late_ns > tolerance_ns + excused_ns:
            found.add(of_shutdown)
            yield timer


def too_long(events: Sequence[Event], config: Config, *, tolerance_ns: int) -> str | None:
    """If a run without signals took too much longer than its greedy schedule, say so."""
    least_ns = makespan_ns(config)
    signalled = any(event.event == "signal_received" for event in events)
    if config.cpu or signalled or not config.has_one_makespan:
        return None
    took_ns = (events[-1].t_ns or 0) - (events[0].t_ns or 0)
    late_ns = tolerance_ns + tolerance_ns * config.jobs // JOBS_A_TOLERANCE
    if took_ns <= least_ns + late_ns + len(events) * LINE_NS:
        return None
    return f"the makespan is {seconds(took_ns)}; where no worker idles it is {seconds(least_ns)}"


def first_early(
    events: Sequence[Event], config: Config, *, grain_ns: int | None = None
) -> Timer | None:
    """Return the first timer that was early by more than the precision of the times."""
    grain_ns = GRAIN_NS if grain_ns is None else grain_ns
    return next((t for t in timers(events, config) if t.late_ns < -grain_ns), None)


class _LastTimes:
    """The times of the last events, as far as something is due after them."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.began_ns: dict[int | None, int] = {}  # when each job's latest attempt or wait began
        self.delay_ns: dict[int | None, int] = {}  # how long each job's latest wait is
        self.ended_ns: dict[int | None, int] = {}  # when each job left its worker's hands
        self.worker_ns: dict[int | None, int] = {}  # the last event of each worker
        self.last_ns: dict[str, int] = {}  # the last event of each kind
        self.submitted = self.started = self.left = 0
        self.had_room = False  # at the last submission
        self.submissions: list[tuple[int, int]] = []  # the time and the line of each
        self.freed: list[tuple[int, int]] = []  # the same for each time a worker became idle
        self.idle: dict[int | None, None] = {}  # workers, the longest idle first
        self.start_ns: int | None = None

    def take(self, event: Event, t_ns: int) -> None:
        self.last_ns[event.event] = t_ns
        self.worker_ns[event.worker] = t_ns
        self.start_ns = t_ns if self.start_ns is None else self.start_ns
        if event.event in BECAME_IDLE and event.worker is not None:
            self.freed.append((t_ns, event.line))
            self.idle[event.worker] = None
            self.ended_ns[event.job] = t_ns
        elif event.event in ("job_started", "worker_stopped"):
            self.idle.pop(event.worker, None)
            self.left += event.reason == "idle"
        if event.event in ("job_started", "job_retrying", "attempt_started"):
            self.began_ns[event.job] = t_ns
        if event.event == "job_retrying":
            self.delay_ns[event.job] = event.delay or 0
        if event.event == "job_started":
            self.started += 1
        elif event.event == "job_submitting":
            self.submitted += 1
            self.submissions.append((t_ns, event.line))
            self.had_room = self.submitted <= self.started + self.config.queue

    def due(self, event: Event) -> _Due | None:
        """Return when the event was due, if that can be said."""
        match event.event:
            case "job_started":
                return self._next_start(event)
            case "shutdown_initiated":
                both = self._next_start(event), self._at_once(event, "signal_received")
                return min(filter(None, both), key=lambda due: due.at_ns, default=None)
            case "job_completed" | "attempt_failed" if self.config.work_ns and not self.config.cpu:
                return self._end_of_attempt(event, event.t_ns or 0)
            case "attempt_started" if event.job in self.began_ns:
                words = f"the next attempt at job {event.job}"
                return _Due(self.began_ns[event.job] + self.delay_ns.get(event.job, 0), words)
            case "job_retrying" | "job_failed":
                what = (
                    "the wait for another attempt at"
                    if event.event == "job_retrying"
                    else "the end of"
                )
                words = f"{what} job {event.job}"
                return _Due(self.worker_ns.get(event.worker, 0), words, is_timer=False)
            case "job_abandoned" if event.worker is not None:
                causes_ns = (
                    self.last_ns.get("shutdown_initiated", 0),
                    self.worker_ns[event.worker],
                )
                words = f"the end of the wait for another attempt at job {event.job}"
                return _Due(max(causes_ns), words, is_timer=False)
            case "result_received":
                # The collector may have been printing the result before this one.
                causes_ns = self.ended_ns.get(event.job, 0), self.last_ns.get(event.event, 0)
                words = f"the result of job {event.job}"
                return _Due(max(causes_ns), words, is_timer=False)
            case "job_submitting" if "job_submitting" in self.last_ns:
                return self._after_pause(event, f"the submission of job {event.job}")
            case "signal_received" if self.config.signals:
                # Its time counts from the first line, without the start of an interpreter.
                at_ns = (self.start_ns or 0) + self.config.signals_in_time[0].at_ns
                return _Due(at_ns, "the signal", is_timer=False)
            case "pool_closing":
                if "shutdown_initiated" in self.last_ns:
                    return self._at_once(event, "shutdown_initiated")
                return self._after_pause(event, "the close of the channel")
            # Workers start one after another, and stop so, too.
            case "worker_started" if (event.worker or 0) > self.config.workers:
                return self._at_once(event, "job_submitting", "worker_started")
            case "worker_started":
                return self._at_once(event, "pool_starting", "worker_started")
            case "worker_stopped" if event.reason == "idle":
                words = f"the end of worker {event.worker}, which was idle"
                return _Due(self.worker_ns.get(event.worker, 0) + self.config.keepalive_ns, words)
            case "worker_stopped":
                free_ns = self.worker_ns.get(event.worker, 0)
                return self._at_once(event, *self._causes_of(event), after_ns=free_ns)
            case "pool_waiting":
                return self._at_once(event, "pool_closing")
            case "pool_stopped":
                return self._at_once(event, "worker_stopped", "pool_waiting", "result_received")
            case "main_done":
                return self._at_once(event, "pool_stopped", "job_abandoned")
        return None

    def _end_of_attempt(self, event: Event, t_ns: int) -> _Due | None:
        """Return when the attempt was due to end. A timeout before its time counts as early."""
        began_ns = self.began_ns.get(event.job)
        if began_ns is None:
            return None
        limit_ns, ends_ns = self.config.job_timeout_ns, self.config.attempt_of(event.job or 0)
        words = f"the completion of job {event.job}"
        if event.event == "attempt_failed":
            words = f"the end of an attempt at job {event.job} ({event.reason})"
        if event.reason == "timeout" and t_ns < began_ns + limit_ns:
            return _Due(began_ns + limit_ns, words)
        return _Due(began_ns + ends_ns, words)

    def _next_start(self, event: Event) -> _Due | None:
        """Return when the next job could start: when it waited and a worker was idle.

        The n-th start needs n submissions, and n times that a worker became idle, beside those
        after which an idle one left. Once ctx is done
        an idle worker may stop instead. A start that was due before is judged at
        shutdown_initiated.
        """
        n = self.started
        possible = min(len(self.submissions), len(self.freed) - self.left)
        if "shutdown_initiated" in self.last_ns or n >= possible:
            return None
        job = f"job {n + 1 if event.job is None else event.job}"
        if event.job is None and self.config.levels > 1:
            job = "the next job"
        idle = next(iter(self.idle), None)
        words = f"the start of {job}" + (f", with worker {idle} idle," if idle else "")
        since_ns, since_line = max(self.submissions[n], self.freed[n + self.left])
        return _Due(since_ns, words, is_timer=False, since_line=since_line, waits=True)

    def _after_pause(self, event: Event, words: str) -> _Due | None:
        """Return the end of the pause after the last submission.

        If the submission had no room at first, the pause began later. Then the event is never late.
        """
        submitted_ns = self.last_ns.get("job_submitting")
        if submitted_ns is None or event.t_ns is None:
            return None
        due_ns = submitted_ns + self.config.interval_ns
        return _Due(due_ns, words) if self.had_room or event.t_ns < due_ns else None

    def _causes_of(self, event: Event) -> tuple[str, ...]:
        """Return what a worker may have waited for before it stopped, beside its own job."""
        if event.reason == "cancelled":
            return "shutdown_initiated", "worker_stopped"
        if event.reason == "closed" or "shutdown_initiated" not in self.last_ns:
            return "pool_closing", "job_started", "worker_stopped"
        return "shutdown_initiated", "pool_closing", "job_started", "worker_stopped"

    def _at_once(self, event: Event, *causes: str, after_ns: int = 0) -> _Due | None:
        """Return when the last of the causes came; None if none came."""
        there = [self.last_ns[cause] for cause in causes if cause in self.last_ns]
        if not there:
            return None
        words = {
            "worker_started": f"the start of worker {event.worker}",
            "worker_stopped": f"the end of worker {event.worker}",
            "shutdown_initiated": "the shutdown after the signal",
            "pool_closing": "the close of the channel",
            "pool_waiting": "the wait for the workers",
            "pool_stopped": "the end of the pool",
            "main_done": "the end of main",
        }[event.event]
        return _Due(max(*there, after_ns), words, is_timer=False)
