"""The contract of the programs, as the harness knows it: events, lines, flags, and their limits.

Each program has the same tables in its own language. A test compares the three.
"""

from __future__ import annotations

LINES: dict[str, str] = {
    "pool_starting": "Starting worker pool with {workers} workers",
    "worker_started": "Worker {worker} started",
    "job_submitting": "Submitting Job ID: {job}",
    "job_rejected": "Rejected Job ID: {job}",
    "job_started": "Worker {worker} processing Job ID: {job}, Payload: {payload}",
    "job_completed": "Worker {worker} completed Job ID: {job}",
    "attempt_failed": "Worker {worker} failed Job ID: {job}, Attempt: {attempt} ({reason})",
    "job_retrying": "Worker {worker} retrying Job ID: {job} in {delay}",
    "attempt_started": "Worker {worker} processing Job ID: {job}, Attempt: {attempt}",
    "job_failed": "Worker {worker} gave up Job ID: {job}, Attempts: {attempt}",
    "result_received": "Result of Job ID: {job}: {fate}",
    "signal_received": "Received signal: {signal}",
    "shutdown_initiated": "Initiating graceful shutdown...",
    "pool_closing": "Closing job channel...",
    "pool_waiting": "Waiting for workers to complete...",
    "worker_stopped": "Worker {worker} shutting down gracefully",
    "pool_stopped": "All workers stopped",
    "job_abandoned": "Abandoned Job ID: {job}",
    "main_done": "Main: shutdown complete",
}
"""Each event's line on stdout, in the order in which a run prints them."""

PRIORITY = ", Priority: {level}"
"""How the line of job_submitting goes on if jobs have levels."""

EXTENSION_EVENTS = frozenset(
    {"attempt_failed", "job_retrying", "attempt_started", "job_failed", "result_received"}
)
"""The events that only a run with an extension has: a pool may do without them."""

OF_ATTEMPTS = ("attempt_failed", "job_retrying", "attempt_started", "job_failed")
"""The events of a job that fails, and of its further attempts."""

OF_EVERY_POOL = tuple(event for event in LINES if event not in EXTENSION_EVENTS)

FIELDS: dict[str, tuple[str, ...]] = {
    "worker_started": ("worker",),
    "job_submitting": ("job", "level"),
    "job_rejected": ("job",),
    "job_started": ("worker", "job", "payload"),
    "job_completed": ("worker", "job"),
    "attempt_failed": ("worker", "job", "reason", "attempt"),
    "job_retrying": ("worker", "job", "attempt", "delay"),
    "attempt_started": ("worker", "job", "attempt"),
    "job_failed": ("worker", "job", "attempt"),
    "result_received": ("job", "attempt", "fate"),
    "signal_received": ("signal",),
    "worker_stopped": ("worker", "reason"),
    "job_abandoned": ("job",),
}
"""The fields of each event's record in the trace, beside seq, t and event.

A delay is in ns, and may be left out if it is 0. The attempt of job_retrying is the next one.
job_abandoned has a worker if a worker held the job, waiting to try it again. job_submitting has a
level if jobs have levels.

With -cpu, job_completed may also tell `digest`: the last eight hexadecimal digits of what the job
computed. The two programs of this repository do.
"""

OPTIONAL = {"job_submitting": "level", "job_retrying": "delay", "job_abandoned": "worker"}
"""The field that an event may have or lack."""

OF_JOBS = EXTENSION_EVENTS | {
    *("job_submitting", "job_rejected", "job_started", "job_completed", "job_abandoned")
}
"""The events whose lines -quiet leaves out. The others are lifecycle lines."""

ENDS = ("job_completed", "job_failed", "job_abandoned")
"""The events with which a job leaves a worker's hands. One that main abandons has no worker."""

OF_SHUTDOWN = frozenset(
    {
        "job_rejected",
        "signal_received",
        "shutdown_initiated",
        "pool_closing",
        "pool_waiting",
        "worker_stopped",
        "pool_stopped",
        "job_abandoned",
        "main_done",
    }
)
"""The events of a shutdown."""

SIGNAL_WORDS = {"SIGINT": "interrupt", "SIGTERM": "terminated"}
"""How the programs name each signal: as Go does."""

REASONS = ("closed", "cancelled", "idle")
"""Why a worker stopped. Only a pool that scales has idle ones that stop."""

FAILURES = ("error", "timeout")
"""Why an attempt failed."""

FATES = ("completed", "failed", "abandoned")
"""What became of a job, as its result says."""

INTEGERS = {
    "workers": (1, 1_000_000),
    "queue": (0, 10_000_000),
    "jobs": (0, 1_000_000_000),
    "cpu": (0, 1_000_000_000),
    "attempts": (1, 100),
    "levels": (1, 9),
    "aging": (0, 1_000_000),
    "max-workers": (0, 1_000_000),
}
"""The least and the greatest value of each integer flag."""

DURATIONS = ("interval", "work", "backoff", "backoff-cap", "job-timeout", "keepalive")
"""The flags that take a duration."""

BOOLEANS = ("quiet", "jitter", "results")
"""The flags that are true or false."""

SPARSE = {"fail": ("TIMES", 100, "3:2"), "slow": ("FACTOR", 20, "4:3")}
"""The flags that take EVERY:VALUE, a value for every EVERY-th job: the value's name, its greatest
value, an example. The least of both numbers is 1."""

MOST_EVERY = 1_000_000_000

LONGEST_NS = 24 * 3600 * 10**9
"""The greatest value of each duration flag."""

LATEST_NS = 2**63 - 1 - 1_257_894_000 * 10**9
"""The last instant of a virtual clock, some 252 years after its start.

Go's begins in November 2009 and counts the ns since 1970 in 64 bits (runtime/time_fake.go).
"""

TRACE_SCHEMA = "parity.trace/1"
