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

FIELDS: dict[str, tuple[str, ...]] = {
    "worker_started": ("worker",),
    "job_submitting": ("job",),
    "job_rejected": ("job",),
    "job_started": ("worker", "job", "payload"),
    "job_completed": ("worker", "job"),
    "signal_received": ("signal",),
    "worker_stopped": ("worker", "reason"),
    "job_abandoned": ("job",),
}
"""The fields of each event's record in the trace, beside seq, t and event.

With -cpu, job_completed may also tell `digest`: the last eight hexadecimal digits of what the job
computed. The two programs of this repository do.
"""

OF_JOBS = frozenset(
    {"job_submitting", "job_rejected", "job_started", "job_completed", "job_abandoned"}
)
"""The events whose lines -quiet leaves out. The others are lifecycle lines."""

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

REASONS = ("closed", "cancelled")

INTEGERS = {
    "workers": (1, 1_000_000),
    "queue": (0, 10_000_000),
    "jobs": (0, 1_000_000_000),
    "cpu": (0, 1_000_000_000),
}
"""The least and the greatest value of each integer flag."""

LONGEST_NS = 24 * 3600 * 10**9
"""The greatest value of each duration flag."""

LATEST_NS = 2**63 - 1 - 1_257_894_000 * 10**9
"""The last instant of a virtual clock, some 252 years after its start.

Go's begins in November 2009 and counts the ns since 1970 in 64 bits (runtime/time_fake.go).
"""

TRACE_SCHEMA = "parity.trace/1"
