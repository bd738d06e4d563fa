"""Walks of the specification on a virtual clock."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec
from parity.contract.events import ENDS
from parity.contract.scenario import Config
from parity.contract.trace import Event
from parity.specification.model import Main, State, Step, Symbol, Work, initial, steps

from tests.support.walks import event_of

NEVER = 1 << 62


class Walk:
    """A path of the model on a virtual clock: time moves only when nothing else can happen."""

    def __init__(self, config: Config, chance: random.Random) -> None:
        self.config, self.chance = config, chance
        self.t_ns = 0
        self.since_ns: dict[int, int] = {}  # when each worker started its job
        self.asks_ns: dict[int, int] = {}  # when each idle worker asks whether it may leave
        self.pause_ends_ns = NEVER
        self.signal_at_ns = min((s.at_ns for s in config.signals), default=NEVER)
        self.events: list[Event] = []

    def go(self) -> list[Event]:
        state = initial(self.config)
        while not state.ended:
            ways = [
                way for way in steps(state, self.config, signals=True) if self.is_due(state, way)
            ]
            ways += [(None, state) for _ in self.refused(state, ways)]
            if not ways:
                self.t_ns = min(self.timers(state))
                continue
            symbol, after = self.chance.choice(ways)
            if after is state:
                del self.asks_ns[self.chance.choice(self.refused(state, ways))]
            if symbol:
                self.events.append(msgspec.structs.replace(event_of(symbol), t_ns=self.t_ns))
                if symbol.event in ("job_started", "job_retrying", "attempt_started"):
                    self.since_ns[symbol.worker] = self.t_ns
                if symbol.event == "worker_started" or symbol.event in ENDS:
                    self.asks_ns[symbol.worker] = self.t_ns + self.config.keepalive_ns
            if after.main is Main.PAUSING and state.main is Main.SENDING:
                self.pause_ends_ns = self.t_ns + self.config.interval_ns
            state = after
        return self.events

    def is_due(self, state: State, way: Step) -> bool:
        symbol, after = way
        if symbol and symbol.event in ("job_completed", "attempt_failed", "attempt_started"):
            return self.t_ns == self.since_ns[symbol.worker] + self.takes_ns(state, symbol)
        if symbol and symbol.event == "signal_received":
            return self.t_ns == self.signal_at_ns
        if state.main is Main.PAUSING and after.main is Main.LOOP:
            return self.t_ns >= self.pause_ends_ns
        left = after.running < state.running
        return not left or self.asks_ns.get(_leaver(state, after)) == self.t_ns

    def refused(self, state: State, ways: list[Step]) -> list[int]:
        """Return the workers that ask now whether they may leave, and may not."""
        asking = [
            w
            for w, due_ns in self.asks_ns.items()
            if due_ns == self.t_ns and state.workers[w - 1][0] is Work.SELECT
        ]
        may = any(after.running < state.running for _, after in ways)
        return [] if may else asking

    def takes_ns(self, state: State, symbol: Symbol) -> int:
        """Return how long the attempt, or the wait for it, takes that ends so."""
        if symbol.event == "attempt_started":
            return self.config.delay_of(symbol.job, symbol.attempt - 1)
        work_ns, limit_ns = self.config.work_of(symbol.job), self.config.job_timeout_ns
        if symbol.reason == "timeout":
            return limit_ns if work_ns >= limit_ns else NEVER
        return work_ns if work_ns <= limit_ns or not self.config.may_time_out else NEVER

    def timers(self, state: State) -> Iterator[int]:
        for worker, (work, job, attempt) in enumerate(state.workers, start=1):
            if work is Work.WORKING:
                yield self.since_ns[worker] + self.config.attempt_of(job)
            if work is Work.WAITING:
                yield self.since_ns[worker] + self.config.delay_of(job, attempt - 1)
            if work is Work.SELECT and self.asks_ns.get(worker, 0) > self.t_ns:
                yield self.asks_ns[worker]
        if state.main is Main.PAUSING:
            yield self.pause_ends_ns
        if self.t_ns < self.signal_at_ns < NEVER:
            yield self.signal_at_ns


def _leaver(state: State, after: State) -> int:
    """Return the worker that leaves by this step."""
    pairs = enumerate(zip(state.workers, after.workers, strict=True), start=1)
    return next(worker for worker, (was, now) in pairs if was != now)
