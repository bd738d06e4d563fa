"""Complete the trace of a program that does not say some of the events.

These events are hidden steps: each may happen at any moment that allows it. The trace is legal if
and only if they can be inserted so that the result is legal. Each is inserted where it restricts
the rest least: as early as possible if others wait for it, and as late as possible if it waits for
others. The checker of whole traces then judges the result. An inserted event has no time, and has
the line number of the event after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from parity.contract.events import ENDS, OF_ATTEMPTS
from parity.contract.scenario import Config
from parity.contract.trace import Event

NEEDED_BY: dict[str, tuple[str, ...]] = {
    "pool_starting": ("main/starts-first",),
    "worker_started": ("worker/one-of-n",),
    "job_submitting": ("main/submits-in-order", "job/submitted-first", "channel/capacity"),
    "job_rejected": ("main/rejects-what-it-did-not-send",),
    "job_started": ("worker/one-job-at-a-time", "worker/takes-what-waits"),
    "job_completed": ("worker/finishes-its-job", "worker/one-job-at-a-time"),
    "attempt_failed": ("job/attempts-in-order", "job/fails-as-told"),
    "job_retrying": ("job/attempts-in-order", "job/backoff"),
    "attempt_started": ("job/attempts-in-order",),
    "job_failed": ("job/attempts-in-order",),
    "signal_received": ("signal/expected",),
    "shutdown_initiated": ("signal/then-initiated",),
    "pool_closing": ("main/closes-in-order",),
    "pool_waiting": ("main/closes-in-order",),
    "worker_stopped": ("worker/stops-for-a-reason", "channel/closed-and-empty"),
    "pool_stopped": ("main/waits-for-workers",),
    "job_abandoned": ("main/abandons-oldest-first",),
    "main_done": ("main/ends-the-process",),
}
"""The rules that are judged only in part if the event is not said."""

_ENDS = ("pool_stopped", "job_abandoned", "main_done")


def completed(
    events: Sequence[Event],
    config: Config,
    lacks: frozenset[str],
    *,
    signal: str | None,
    ended: bool,
) -> tuple[Event, ...]:
    """Return the events, with those that the program does not say.

    `signal` is one that may have arrived. `ended` says that the run came to its end, so that
    main_done was reached even if it is not said.
    """
    run = _Run(list(events), config, lacks, signal)
    run.place_start()
    run.place_work()
    run.place_attempts()
    run.name_workers()
    run.name_holders()
    run.place_signal()
    run.place_submissions()
    run.place_end(ended=ended)
    run.place_close()
    run.place_rejection()
    run.place_stops()
    run.place_abandoned()
    return tuple(run.events)


class _Run:
    """The events so far. Positions are indices into them."""

    def __init__(
        self, events: list[Event], config: Config, lacks: frozenset[str], signal: str | None
    ) -> None:
        self.events, self.config, self.lacks, self.signal = events, config, lacks, signal
        self.workers = config.workers
        if config.scales and lacks:
            self.workers = max([self.workers, *(event.worker or 0 for event in events)])
            # The counts of workers need every event, so they are not judged: see checker.scaling.
            self.events = [msgspec.structs.replace(one, reason=None) for one in events]

    def first(self, *names: str, since: int = 0) -> int | None:
        found = (i for i in range(since, len(self.events)) if self.events[i].event in names)
        return next(found, None)

    def last(self, *names: str) -> int:
        """Return the position of the last of them; -1 if there is none."""
        found = (i for i in reversed(range(len(self.events))) if self.events[i].event in names)
        return next(found, -1)

    def has(self, *names: str) -> bool:
        return self.first(*names) is not None

    def put(self, at: int, *events: Event) -> None:
        """Insert the events before that position."""
        near = self.events[min(at, len(self.events) - 1)].line if self.events else 0
        self.events[at:at] = [msgspec.structs.replace(event, line=near) for event in events]

    def place_start(self) -> None:
        """As early as possible: everything waits for it."""
        if "pool_starting" in self.lacks:
            self.put(0, Event(event="pool_starting"))
        if "worker_started" in self.lacks and self.has("pool_starting"):
            numbers = range(1, self.workers + 1)
            started = [Event(event="worker_started", worker=number) for number in numbers]
            self.put((self.first("pool_starting") or 0) + 1, *started)

    def place_work(self) -> None:
        """Let a job take no time: it starts just before its end, or ends just after its start."""
        placed: list[Event] = []
        for event in self.events:
            if event.event == "job_completed" and "job_started" in self.lacks:
                payload = f"Task-{event.job}"
                start = msgspec.structs.replace(
                    event, event="job_started", payload=payload, t_ns=None
                )
                placed.append(start)
            placed.append(event)
            if event.event == "job_started" and "job_completed" in self.lacks:
                end = msgspec.structs.replace(event, event="job_completed", payload=None, t_ns=None)
                placed.append(end)
        self.events = placed

    def place_attempts(self) -> None:
        """Let what is not said of an attempt happen just before the job's next line.

        An end that is not said comes just after the last attempt has failed.
        """
        if not self.lacks.intersection(OF_ATTEMPTS):
            return
        told = [(i, e) for i, e in enumerate(self.events) if e.event != "result_received"]
        last_of: dict[int | None, int] = {event.job: i for i, event in told}
        placed: list[Event] = []
        before: dict[int | None, str] = {}
        for i, event in enumerate(self.events):
            job = event.job
            hidden = _left_out(before.get(job, ""), event.event, self.lacks)
            if self.lacks.issuperset(_AGAIN) and before.get(job) == "job_started":
                hidden = self._untold_attempts(event) or hidden
            placed += (_of_attempt(event, name) for name in hidden)
            placed.append(event)
            if event.event in _NEXT:
                before[job] = event.event
            if event.event == "attempt_failed" and last_of[job] == i and "job_failed" in self.lacks:
                placed.append(_of_attempt(event, "job_failed"))
        self.events = placed

    def _untold_attempts(self, end: Event) -> list[str]:
        """Return the failed attempts before the end, as many as are due: no line tells of any."""
        if end.event == "job_failed":
            return [*_AGAIN * (self.config.attempts - 1), "attempt_failed"]
        if end.event == "job_completed":
            return [*_AGAIN * min(self.config.failing(end.job or 0), self.config.attempts - 1)]
        return []

    def name_holders(self) -> None:
        """Name the worker where only the job is named, and a worker has it."""
        holders: dict[int | None, int | None] = {}
        for i, event in enumerate(self.events):
            if event.event == "job_started":
                holders[event.job] = event.worker
            elif event.event in (*OF_ATTEMPTS, "job_abandoned") and event.worker is None:
                worker = holders.get(event.job)
                self.events[i] = msgspec.structs.replace(event, worker=worker)

    def name_workers(self) -> None:
        """Name the worker if a line does not: the worker that ends a job has started it.

        Otherwise it is the worker that has been idle longest, of those that do not stop before the
        job's end. But jobs are received in order: those before it that have not yet started have
        taken the workers that were idle longer.

        If no line of a job names a worker, the name in a stop line only says that some worker
        stops. We take the one that has been idle for the shortest time, since a job that was
        received early needs a worker that was idle early.
        """
        if all(e.worker for e in self.events if e.event in ("job_started", "job_completed")):
            return
        by_job: dict[int, int] = {e.job: e.worker for e in self.events if e.worker and e.job}
        places = {(e.event, e.job): i for i, e in enumerate(self.events) if e.job}
        ends = [(e.job, i) for i, e in enumerate(self.events) if e.job and _ends(e)]
        places |= {("job_completed", job): i for job, i in ends}
        stops = {e.worker: i for i, e in enumerate(self.events) if e.event == "worker_stopped"}
        never = len(self.events)
        idle: dict[int, None] = {}
        named = bool(by_job)
        if not named:
            stops = {}
        renamed = {number: number for number in range(1, self.workers + 1)}

        def give(job: int) -> None:
            until = places.get(("job_completed", job), never)
            fit = (w for w in idle if stops.get(w, never + 1) > until)
            by_job[job] = next(fit, next(iter(idle), 1))
            idle.pop(by_job[job], None)

        for i, event in enumerate(self.events):
            job, worker = event.job or 0, event.worker or 0
            if event.event in ("job_started", "job_completed") and not worker:
                for one in range(max(1, job - 2 * self.workers), job + 1):
                    starts = places.get(("job_started", one), -1)
                    if one not in by_job and (one == job or starts > i):
                        give(one)
                worker = by_job[job]
                self.events[i] = msgspec.structs.replace(event, worker=worker)
            if event.event == "worker_stopped" and not named and idle and worker in renamed:
                _swap(renamed, worker, next(reversed(idle)))
                worker = renamed[worker]
                self.events[i] = msgspec.structs.replace(event, worker=worker)
            if event.event == "worker_started" or _ends(event):
                idle[worker or by_job.get(job, 0)] = None
            elif event.event in ("job_started", "worker_stopped"):
                idle.pop(worker, None)

    def place_signal(self) -> None:
        """As early as possible: from then on more is allowed."""
        received, initiated = "signal_received", "shutdown_initiated"
        if received in self.lacks and initiated in self.lacks:
            if self.signal and self.has("pool_starting"):
                both = Event(event=received, signal=self.signal), Event(event=initiated)
                self.put((self.first("pool_starting") or 0) + 1, *both)
        elif received in self.lacks and (at := self.first(initiated)) is not None:
            self.put(at, Event(event=received, signal=self.signal or "interrupt"))
        elif initiated in self.lacks and (at := self.first(received)) is not None:
            self.put(at + 1, Event(event=initiated))

    def place_submissions(self) -> None:
        """As late as possible: a submission shows that the one before it was sent."""
        if "job_submitting" not in self.lacks:
            return
        first: dict[int, int] = {}
        for i, event in enumerate(self.events):
            if event.job is not None:
                first.setdefault(event.job, i)
        latest = self.first("pool_closing", "pool_waiting", *_ENDS)
        initiated = self.first("shutdown_initiated")
        submitted = max(first, default=0)
        if latest is not None and (initiated is None or initiated > latest):
            submitted = self.config.jobs  # main left the loop after its last job
        shown = self._shows_done()
        limits = [at for at in (latest, shown) if at is not None]
        limit = min(limits, default=len(self.events))
        places: dict[int, list[Event]] = {}
        for job in range(submitted, 0, -1):
            limit = min(limit, first.get(job, limit))
            places.setdefault(limit, []).insert(0, Event(event="job_submitting", job=job))
        for at in sorted(places, reverse=True):
            self.put(at, *places[at])

    def _shows_done(self) -> int | None:
        """Return the first line that shows that ctx was done, or that the channel was closed."""
        return self.first("job_rejected", "worker_stopped")

    def place_end(self, *, ended: bool) -> None:
        """Put main_done at the end, if that was reached."""
        if "main_done" not in self.lacks:
            return
        stopped = sum(event.event == "worker_stopped" for event in self.events)
        over = stopped >= self.workers and "pool_stopped" in self.lacks
        if ended or over:
            self.put(len(self.events), Event(event="main_done"))

    def place_close(self) -> None:
        """As late as possible, after main's last line in the loop: closing is main's next step."""
        if "pool_closing" in self.lacks:
            at = self._close_by(self.last("pool_starting", "job_submitting", "job_rejected") + 1)
            if at is not None:
                self.put(at, Event(event="pool_closing"))
        closing = self.first("pool_closing")
        waiting = self.first(*_ENDS) if closing is None else closing + 1
        if "pool_waiting" in self.lacks and waiting is not None:
            self.put(waiting, Event(event="pool_waiting"))

    def _close_by(self, since: int) -> int | None:
        """Return the first position that shows that main has closed the channel."""
        initiated = self.first("shutdown_initiated")
        for at in range(since, len(self.events)):
            event = self.events[at]
            if event.event in ("pool_waiting", *_ENDS):
                return at
            if event.event == "worker_stopped":
                may = initiated is not None and initiated < at
                if event.reason == "closed" or (event.reason is None and not may):
                    return at
        return None

    def place_rejection(self) -> None:
        """Let the last submission be rejected, if nothing else happened to it."""
        closing, initiated = self.first("pool_closing"), self.first("shutdown_initiated")
        job = max((e.job or 0 for e in self.events if e.event == "job_submitting"), default=0)
        if "job_rejected" not in self.lacks or closing is None or initiated is None or not job:
            return
        fate = ("job_started", "job_abandoned")
        if initiated < closing and not any(e.job == job and e.event in fate for e in self.events):
            self.put(closing, Event(event="job_rejected", job=job))

    def place_stops(self) -> None:
        """As late as possible: the end of a worker shows that no job was left for it.

        A worker with a job in hand has not ended. The judgement is then that main did not wait for
        it.
        """
        if "pool_stopped" in self.lacks:
            at = self.first("job_abandoned", "main_done")
            if at is not None:
                self.put(at, Event(event="pool_stopped"))
        at = self.first("pool_stopped")
        if "worker_stopped" in self.lacks and at is not None:
            in_hand = _in_hand(self.events[:at])
            free = (w for w in range(1, self.workers + 1) if w not in in_hand)
            self.put(at, *(Event(event="worker_stopped", worker=worker) for worker in free))

    def place_abandoned(self) -> None:
        """Let main abandon the jobs that nobody started."""
        at = self.first("pool_stopped")
        if "job_abandoned" not in self.lacks or at is None:
            return
        submitted = [e.job for e in self.events if e.event == "job_submitting"]
        taken = {e.job for e in self.events if e.event in ("job_started", "job_rejected")}
        left = (Event(event="job_abandoned", job=job) for job in submitted if job not in taken)
        self.put(at + 1, *left)


_AGAIN = ("attempt_failed", "job_retrying", "attempt_started")

_NEXT: dict[str, tuple[str, ...]] = {
    "job_started": ("attempt_failed", "job_completed"),
    "attempt_failed": ("job_retrying", "job_failed"),
    "job_retrying": ("attempt_started", "job_abandoned"),
    "attempt_started": ("attempt_failed", "job_completed"),
}
"""What may happen next to a job that a worker has."""


def _left_out(before: str, event: str, lacks: frozenset[str]) -> list[str]:
    """Return what happened to a job between two of its lines, if only hidden events can have."""
    paths: list[list[str]] = [[]]
    for path in paths:
        following = _NEXT.get(path[-1] if path else before, ())
        if event in following:
            return path
        paths += ([*path, name] for name in following if name in lacks and name not in path)
    return []


def _ends(event: Event) -> bool:
    """Whether a job leaves a worker's hands. One that main abandons has no worker."""
    return event.event in ENDS and (event.worker is not None or event.event != "job_abandoned")


def _of_attempt(near: Event, name: str) -> Event:
    return Event(event=name, worker=near.worker, job=near.job, line=near.line)


def _swap(renamed: dict[int, int], one: int, name: int) -> None:
    """Give the name to one worker, and that worker's name to the one that had it."""
    other = next(number for number, its in renamed.items() if its == name)
    renamed[one], renamed[other] = renamed[other], renamed[one]


def _in_hand(events: Iterable[Event]) -> set[int | None]:
    workers = set()
    for event in events:
        if event.event == "job_started":
            workers.add(event.worker)
        elif _ends(event):
            workers.discard(event.worker)
    return workers
