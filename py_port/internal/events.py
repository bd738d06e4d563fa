"""The events that the program tells, and their lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that the program says.

    Its name in the trace, its line on stdout, and whether that is a lifecycle line, which -quiet
    does not silence.
    """

    name: str
    template: str  # Go's Line: here `line` is the method
    lifecycle: bool

    def line(self, fields: dict[str, Any]) -> str:
        """Return the event's line on stdout, the newline included."""
        template = self.template + PRIORITY if fields["level"] else self.template
        return template.format_map(fields) + "\n"


# The events, in the order in which a run first says them.
POOL_STARTING = Event("pool_starting", "Starting worker pool with {workers} workers", True)
WORKER_STARTED = Event("worker_started", "Worker {worker} started", True)
JOB_SUBMITTING = Event("job_submitting", "Submitting Job ID: {job}", False)
JOB_REJECTED = Event("job_rejected", "Rejected Job ID: {job}", False)
JOB_STARTED = Event(
    "job_started", "Worker {worker} processing Job ID: {job}, Payload: {payload}", False
)
JOB_COMPLETED = Event("job_completed", "Worker {worker} completed Job ID: {job}", False)
ATTEMPT_FAILED = Event(
    "attempt_failed", "Worker {worker} failed Job ID: {job}, Attempt: {attempt} ({reason})", False
)
JOB_RETRYING = Event("job_retrying", "Worker {worker} retrying Job ID: {job} in {delay}", False)
ATTEMPT_STARTED = Event(
    "attempt_started", "Worker {worker} processing Job ID: {job}, Attempt: {attempt}", False
)
JOB_FAILED = Event(
    "job_failed", "Worker {worker} gave up Job ID: {job}, Attempts: {attempt}", False
)
RESULT_RECEIVED = Event("result_received", "Result of Job ID: {job}: {fate}", False)
SIGNAL_RECEIVED = Event("signal_received", "Received signal: {signal}", True)
SHUTDOWN_INITIATED = Event("shutdown_initiated", "Initiating graceful shutdown...", True)
POOL_CLOSING = Event("pool_closing", "Closing job channel...", True)
POOL_WAITING = Event("pool_waiting", "Waiting for workers to complete...", True)
WORKER_STOPPED = Event("worker_stopped", "Worker {worker} shutting down gracefully", True)
POOL_STOPPED = Event("pool_stopped", "All workers stopped", True)
JOB_ABANDONED = Event("job_abandoned", "Abandoned Job ID: {job}", False)
MAIN_DONE = Event("main_done", "Main: shutdown complete", True)

PRIORITY = ", Priority: {level}"
"""How the line of JOB_SUBMITTING goes on where jobs have levels."""

# Why a worker stopped.
CLOSED = "closed"
CANCELLED = "cancelled"
IDLE = "idle"

# Why an attempt failed.
ERROR = "error"
TIMEOUT = "timeout"

# What became of a job that a worker took.
COMPLETED = "completed"
FAILED = "failed"
ABANDONED = "abandoned"
