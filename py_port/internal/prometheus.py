"""Metrics in Prometheus' text format."""

from __future__ import annotations

from py_port.internal.metrics import BOUNDS, FATES, Metrics


def metrics_text(m: Metrics) -> str:
    """Return the metrics in Prometheus' text format."""
    lines: list[str] = []

    def family(name: str, kind: str, about: str) -> None:
        lines.append(f"# HELP {name} {about}\n# TYPE {name} {kind}")

    def sample(name: str, value: object) -> None:
        lines.append(f"{name} {value}")

    family("pool_jobs_submitted_total", "counter", "Jobs that were submitted.")
    sample("pool_jobs_submitted_total", m.submitted)
    family("pool_jobs_total", "counter", "Jobs by what became of them.")
    ended = 0
    for event in FATES:
        fate = event.name.removeprefix("job_")
        sample(f'pool_jobs_total{{fate="{fate}"}}', m.fates[event])
        ended += m.fates[event]
    family("pool_attempts_total", "counter", "Attempts that were started.")
    sample("pool_attempts_total", m.attempts)
    family("pool_retries_total", "counter", "Attempts that were not the first at their job.")
    sample("pool_retries_total", m.retries)

    family("pool_job_duration_seconds", "histogram", "How long a worker had a job, with its waits.")
    for bound in BOUNDS:
        le = bound / 1000
        sample(f'pool_job_duration_seconds_bucket{{le="{le:g}"}}', m.within[bound])
    sample('pool_job_duration_seconds_bucket{le="+Inf"}', m.handled)
    seconds, ns = divmod(m.sum_ns, 1_000_000_000)
    sample("pool_job_duration_seconds_sum", f"{seconds}.{ns:09d}")
    sample("pool_job_duration_seconds_count", m.handled)

    # A job counts as queued from its submission until a worker starts it. While submit waits for
    # room, that is one job more than the queue holds.
    family("pool_queue_length", "gauge", "Jobs submitted that no worker has started.")
    sample("pool_queue_length", m.submitted - ended - len(m.busy))
    family("pool_queue_limit", "gauge", "Jobs for which the queue has room.")
    sample("pool_queue_limit", m.limit)
    family("pool_workers", "gauge", "Workers that run, by what they do.")
    sample('pool_workers{state="idle"}', m.workers - len(m.busy))
    sample('pool_workers{state="busy"}', len(m.busy))
    return "\n".join(lines) + "\n"
