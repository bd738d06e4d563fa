"""Interleaved blocks: each block runs every process of every arm once, in random order.

A machine's speed changes within seconds. Runs of one block follow one another closely, so they meet
the same speed, and it cancels in their ratio. A run may also affect the next one. In a random order
the next one is not always the same. The first block warms up the caches for all, and is dropped.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from math import inf

from parity.benchmark.histogram import Histogram
from parity.benchmark.probe import Arm, Measured, Probe, launch
from parity.benchmark.result import FEWEST_BLOCKS, Figure
from parity.benchmark.workload import Workload
from parity.errors import CannotJudge
from parity.execution.subject import PORTS, Subject

AGAIN = " again"
EXECUTORS = ("thread", "process")
WARM_UP = -1

Advance = Callable[[int, int], None]
"""Called after each process: how many have run, and how many will have."""


def arms_of(subjects: Sequence[Subject], workload: Workload) -> list[Arm]:
    """Return the subjects as arms, the first one twice: a difference between these two is noise."""
    reference = subjects[0]
    arms = [Arm(name=subject.name, subject=subject) for subject in subjects]
    arms.insert(1, Arm(name=reference.name + AGAIN, subject=reference))
    if workload.executors:
        arms += [
            Arm(name=f"{s.name}, {name}", subject=s, flags=(f"-executor={name}",))
            for s in subjects
            if s.kind in PORTS
            for name in EXECUTORS
        ]
    return arms


class Measuring:
    """Measures blocks. The results so far can be reported at any moment."""

    def __init__(
        self,
        subjects: Sequence[Subject],
        workloads: Sequence[Workload],
        *,
        blocks: int,
        seed: int,
        budget_s: float = inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Plan the blocks. A block that may not end within the budget is not begun.

        The first three are always begun: without them there is no result.
        """
        self.subjects, self.workloads, self.blocks, self.seed = subjects, workloads, blocks, seed
        self.budget_s, self._clock = budget_s, clock
        self._launched = 0
        self.out_of_time = False
        """Whether blocks were left out because the budget was used up."""
        self._kept: list[dict[tuple[Figure, str], float | None]] = []
        """For each complete block, the cost of each figure and arm."""
        self.histograms: dict[tuple[str, str], Histogram] = defaultdict(Histogram)
        """By arm and name."""
        self._arms = {w.name: arms_of(subjects, w) for w in workloads}
        self._order = random.Random(seed)

    @property
    def complete(self) -> int:
        """How many blocks are complete."""
        return len(self._kept)

    @property
    def samples(self) -> dict[tuple[Figure, str], list[float | None]]:
        """Return the costs of each figure and arm, one for each complete block."""
        keys = dict.fromkeys(key for block in self._kept for key in block)
        return {key: [block.get(key) for block in self._kept] for key in keys}

    @property
    def processes(self) -> int:
        """How many processes there are to run in all."""
        return sum(
            len(self._arms[w.name]) * len(w.probes)
            for block in range(WARM_UP, self.blocks)
            for w in self._due(block)
        )

    def run(self, *, timeout_s: float, advance: Advance = lambda _done, _all: None) -> None:
        """Measure block after block. Raises CannotJudge if a subject fails.

        Only whole blocks are kept: an exception drops the block that it interrupts.
        """
        began_s, longest_s = self._clock(), 0.0
        for block in range(WARM_UP, self.blocks):
            block_began_s = self._clock()
            spent_s = block_began_s - began_s
            if self.complete >= FEWEST_BLOCKS and spent_s + longest_s > self.budget_s:
                self.out_of_time = True
                return
            took = {w.name: self._block(w, block, timeout_s, advance) for w in self._due(block)}
            if block != WARM_UP:
                self._keep(took)
            longest_s = max(longest_s, self._clock() - block_began_s)

    def _due(self, block: int) -> list[Workload]:
        return [w for w in self.workloads if block == WARM_UP or block % w.every == 0]

    def _block(
        self, workload: Workload, block: int, timeout_s: float, advance: Advance
    ) -> dict[str, dict[str, Measured]]:
        """Run each probe on each arm; return what they took, by arm and probe."""
        arms = self._arms[workload.name]
        due: list[tuple[Arm, str, Probe]] = [
            (arm, name, probe) for arm in arms for name, probe in workload.probes.items()
        ]
        self._order.shuffle(due)
        took: dict[str, dict[str, Measured]] = {arm.name: {} for arm in arms}
        for arm, name, probe in due:
            seed = self.seed + block + 1
            try:
                took[arm.name][name] = launch(arm, probe, seed=seed, timeout_s=timeout_s)
            except CannotJudge as problem:
                raise CannotJudge(f"{workload.name}: {problem}") from None
            self._launched += 1
            advance(self._launched, self.processes)
        return took

    def _keep(self, took: dict[str, dict[str, dict[str, Measured]]]) -> None:
        block: dict[tuple[Figure, str], float | None] = {}
        for workload in self.workloads:
            for arm, results in took.get(workload.name, {}).items():
                for figure, cost in workload.costs(results).items():
                    # By noise, a difference of two measured times may be below 0. That has no
                    # logarithm.
                    block[figure, arm] = cost if cost > 0 else None
                if workload.times:
                    for name, times_ns in workload.times(results).items():
                        self.histograms[arm, name].add(times_ns)
        self._kept.append(block)
