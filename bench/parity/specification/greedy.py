"""How long a run takes when everything happens as soon as it can: the greedy schedule.

It is the list schedule of the specification. Main pauses after each send, a send needs room, and a
job begins as soon as it is sent and a worker is idle.
"""

from __future__ import annotations

from heapq import heapify, heapreplace

from parity.contract.scenario import Config


def makespan_ns(config: Config) -> int:
    """Return the time from the start to the end of a run without signals.

    Computing (-cpu) counts as no time. Where a job's work and its timeout race (`config.races`),
    the work comes first here. With -max-workers it is a time that no run is below, as if all ran
    from the start. O(jobs log workers).
    """
    workers = max(config.workers, config.max_workers)
    free_ns = [0] * min(workers, max(config.jobs, 1))  # when each worker is idle next
    heapify(free_ns)
    received_ns: list[int] = []
    now_ns = ended_ns = 0
    for job in range(config.jobs):
        if config.queue and job >= config.queue:
            # A slot is free once the job `queue` places before this one was received.
            now_ns = max(now_ns, received_ns[job - config.queue])
        began_ns = max(now_ns, free_ns[0])
        if not config.queue:
            now_ns = began_ns
        took_ns = _in_hand_ns(job + 1, config)
        heapreplace(free_ns, began_ns + took_ns)
        received_ns.append(began_ns)
        ended_ns = max(ended_ns, began_ns + took_ns)
        now_ns += config.interval_ns
    return max(now_ns, ended_ns)


def _in_hand_ns(job: int, config: Config) -> int:
    """Return how long a worker has the job: all its attempts, and the waits in between."""
    attempt_ns = config.attempt_of(job)
    too_long = attempt_ns < config.work_of(job)
    failing = config.attempts if too_long else config.failing(job)
    waits = range(1, min(failing, config.attempts - 1) + 1)
    return attempt_ns * (len(waits) + 1) + sum(config.delay_of(job, n) for n in waits)
