"""The metrics of the contract, which a run with -metrics writes at its end."""

from __future__ import annotations

METRICS: dict[str, tuple[str, str]] = {
    "pool_jobs_submitted_total": ("counter", "the jobs submitted"),
    "pool_jobs_total": ("counter", "the jobs by their `fate`"),
    "pool_attempts_total": ("counter", "the attempts that were started"),
    "pool_retries_total": ("counter", "those that were not the first at their job"),
    "pool_job_duration_seconds": (
        "histogram",
        "how long a worker had a job: from job_started until it is completed, failed or abandoned",
    ),
    "pool_queue_length": ("gauge", "the jobs submitted that no worker has started"),
    "pool_queue_limit": ("gauge", "the capacity of the job channel"),
    "pool_workers": ("gauge", "the workers that have started and not stopped, by their `state`"),
}
"""Each metric's type, and what it counts."""

FATES = ("completed", "failed", "rejected", "abandoned")
"""What may become of a job. The event of each is job_ and this word."""

STATES = ("idle", "busy")

BOUNDS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
"""The upper bounds of the histogram's buckets. A further one, +Inf, has no bound."""
