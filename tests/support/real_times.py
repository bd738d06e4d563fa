"""Runs on the real clock in which nothing is late, each event with its ms."""

from __future__ import annotations

import msgspec
from parity.contract.scenario import Config, Every, ScheduledSignal
from parity.contract.trace import Event

MS = 1_000_000


def said(*lines: tuple[int, str], start_line: int = 2) -> list[Event]:
    """Return events: each is ms, then `event worker=1 job=2`."""
    events = []
    for number, (t_ms, text) in enumerate(lines, start=start_line):
        name, *fields = text.split()
        known = dict(field.split("=") for field in fields)
        numbers = {k: int(v) for k, v in known.items() if v.isdigit()}
        words = {k: v for k, v in known.items() if not v.isdigit()}
        events.append(Event(event=name, t_ns=t_ms * MS, line=number, **numbers, **words))  # type: ignore[arg-type]
    return events


CONFIG = Config(workers=1, queue=1, jobs=2, interval_ns=50 * MS, work_ns=30 * MS)
ORDERLY = said(
    (0, "pool_starting"),
    (0, "worker_started worker=1"),
    (0, "job_submitting job=1"),
    (0, "job_started worker=1 job=1 payload=Task-1"),
    (30, "job_completed worker=1 job=1"),
    (50, "job_submitting job=2"),
    (50, "job_started worker=1 job=2 payload=Task-2"),
    (80, "job_completed worker=1 job=2"),
    (100, "pool_closing"),
    (100, "pool_waiting"),
    (100, "worker_stopped worker=1 reason=closed"),
    (100, "pool_stopped"),
    (100, "main_done"),
)
INTERRUPTED_CONFIG = msgspec.structs.replace(CONFIG, signals=(ScheduledSignal("SIGINT", 20 * MS),))
INTERRUPTED = said(
    (0, "pool_starting"),
    (0, "worker_started worker=1"),
    (0, "job_submitting job=1"),
    (0, "job_started worker=1 job=1 payload=Task-1"),
    (20, "signal_received signal=interrupt"),
    (20, "shutdown_initiated"),
    (20, "pool_closing"),
    (20, "pool_waiting"),
    (30, "job_completed worker=1 job=1"),
    (30, "worker_stopped worker=1 reason=cancelled"),
    (30, "pool_stopped"),
    (30, "main_done"),
)


RETRIED_CONFIG = msgspec.structs.replace(
    CONFIG, jobs=1, fail=Every(1, 1), attempts=3, backoff_ns=20 * MS, job_timeout_ns=40 * MS
)
RETRIED = said(
    (0, "pool_starting"),
    (0, "worker_started worker=1"),
    (0, "job_submitting job=1"),
    (0, "job_started worker=1 job=1 payload=Task-1"),
    (30, "attempt_failed worker=1 job=1 reason=error attempt=1"),
    (30, "job_retrying worker=1 job=1 attempt=2 delay=20000000"),
    (50, "pool_closing"),
    (50, "pool_waiting"),
    (50, "attempt_started worker=1 job=1 attempt=2"),
    (80, "job_completed worker=1 job=1"),
    (80, "worker_stopped worker=1 reason=closed"),
    (80, "pool_stopped"),
    (80, "main_done"),
)
REPORTED_CONFIG = msgspec.structs.replace(CONFIG, jobs=1, results=True)
REPORTED = said(
    (0, "pool_starting"),
    (0, "worker_started worker=1"),
    (0, "job_submitting job=1"),
    (0, "job_started worker=1 job=1 payload=Task-1"),
    (30, "job_completed worker=1 job=1"),
    (30, "result_received job=1 fate=completed attempt=1"),
    (50, "pool_closing"),
    (50, "pool_waiting"),
    (50, "worker_stopped worker=1 reason=closed"),
    (50, "pool_stopped"),
    (50, "main_done"),
)
TIMED_OUT_CONFIG = msgspec.structs.replace(CONFIG, jobs=1, job_timeout_ns=20 * MS)
TIMED_OUT = said(
    (0, "pool_starting"),
    (0, "worker_started worker=1"),
    (0, "job_submitting job=1"),
    (0, "job_started worker=1 job=1 payload=Task-1"),
    (20, "attempt_failed worker=1 job=1 reason=timeout attempt=1"),
    (20, "job_failed worker=1 job=1 attempt=1"),
    (50, "pool_closing"),
    (50, "pool_waiting"),
    (50, "worker_stopped worker=1 reason=closed"),
    (50, "pool_stopped"),
    (50, "main_done"),
)
LEFT_CONFIG = msgspec.structs.replace(
    RETRIED_CONFIG, backoff_ns=9000 * MS, signals=(ScheduledSignal("SIGINT", 70 * MS),)
)
LEFT = said(
    (0, "pool_starting"),
    (0, "worker_started worker=1"),
    (0, "job_submitting job=1"),
    (0, "job_started worker=1 job=1 payload=Task-1"),
    (30, "attempt_failed worker=1 job=1 reason=error attempt=1"),
    (30, "job_retrying worker=1 job=1 attempt=2 delay=9000000000"),
    (50, "pool_closing"),
    (50, "pool_waiting"),
    (70, "signal_received signal=interrupt"),
    (70, "shutdown_initiated"),
    (70, "job_abandoned worker=1 job=1"),
    (70, "worker_stopped worker=1 reason=cancelled"),
    (70, "pool_stopped"),
    (70, "main_done"),
)
