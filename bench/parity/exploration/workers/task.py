"""A task: a trial, and all that a worker process needs to run it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from parity.errors import CannotJudge
from parity.execution.overlay import AIM
from parity.execution.runner import limit_bytes
from parity.execution.subject import Subject
from parity.exploration.workers import forkserver
from parity.exploration.workers.protocol import Request
from parity.exploration.workers.trial import Trial

NO_COLLECTOR = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}
"""No garbage collection for Go with several processors on the virtual clock.

There the collector's sweeper may spin for ever: it would yield after some time, but no time passes.
This does not happen with one processor. What is small enough to explore stays below the limit.
"""


class Task(msgspec.Struct, kw_only=True):
    trial: Trial
    command: list[str]
    environment: dict[str, str]
    timeout_s: float
    traced: bool

    @property
    def port(self) -> tuple[str, ...] | None:
        """The port's folder and its flags, where the port is the subject."""
        return None if self.trial.subject.command else forkserver.arguments_of(self.command)

    @property
    def imports_from(self) -> str | None:
        """The folder that a process loads the port from; None for a subject that is no port."""
        return self.port[0] if self.port else None

    def request(self, base: Mapping[str, str]) -> Request:
        """Return the request to a worker process that was started in the environment `base`."""
        names = base.keys() | self.environment.keys()
        differs = {
            n: self.environment.get(n) for n in names if self.environment.get(n) != base.get(n)
        }
        return Request(
            command=tuple(self.command),
            port=self.port,
            environment=differs,
            traced=self.traced,
            seed=self.trial.seed,
            shuffled=self.trial.shuffled,
            preempted=self.trial.preempted,
            schedule=self.trial.schedule,
            timeout_s=self.timeout_s,
            limit_bytes=limit_bytes(self.trial.scenario.config),
        )


class Tasks:
    """Makes tasks. It looks up only once what is the same for all trials of a subject.

    To find the Go toolchain and a build of the sources takes as long as a run.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._environments: dict[Subject, dict[str, str]] = {}
        self._programs: dict[tuple[Subject, bool], list[str]] = {}

    def task(self, trial: Trial) -> Task:
        """Return the task of the trial. Raises CannotJudge if the subject is missing."""
        subject, scenario = trial.subject, trial.scenario
        if scenario.clock != "virtual":
            raise CannotJudge("many runs are made on the virtual clock only")
        environment = dict(self._environment(subject))
        if subject.kind == "go":
            environment["GOMAXPROCS"] = str(trial.processors)
            if trial.processors > 1:
                environment |= NO_COLLECTOR
            environment[AIM] = trial.schedule
        return Task(
            trial=trial,
            command=[*self._program(trial), *scenario.flags()],
            environment=environment,
            timeout_s=self._timeout_s,
            traced=not scenario.wrong_usage,
        )

    def _environment(self, subject: Subject) -> dict[str, str]:
        if subject not in self._environments:
            self._environments[subject] = subject.environment("virtual")
        return self._environments[subject]

    def _program(self, trial: Trial) -> list[str]:
        subject, preempted = trial.subject, trial.preempted
        if subject.seeded:
            return subject.argv("virtual", trial.seed)
        if (subject, preempted) not in self._programs:
            self._programs[subject, preempted] = subject.argv(
                "virtual", trial.seed, preempted=preempted
            )
        return self._programs[subject, preempted]
