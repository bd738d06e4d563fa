"""The contract of the programs, as the harness knows it: their events and the lines that say them.

The programs hold the same table in their own languages; a test compares the three.
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
"""Each event's line on stdout, in the order of life."""

SIGNAL_WORDS = {"SIGINT": "interrupt", "SIGTERM": "terminated"}
"""What the programs call each signal: Go's names."""

TRACE_SCHEMA = "parity.trace/1"
