"""What comes before a decision of `select`."""

from __future__ import annotations

BEFORE = (
    "0 Starting worker pool with 2 workers",
    "0 Worker 1 started",
    "0 Worker 2 started",
    "0 Submitting Job ID: 1",
    "0 Worker 1 processing Job ID: 1, Payload: Task-1",
    "1 Submitting Job ID: 2",
    "1 Worker 2 processing Job ID: 2, Payload: Task-2",
    "2 Submitting Job ID: 3",
    "3 Submitting Job ID: 4",
    "3.5 Received signal: interrupt",
    "3.5 Initiating graceful shutdown...",
    "3.5 Closing job channel...",
    "3.5 Waiting for workers to complete...",
)
