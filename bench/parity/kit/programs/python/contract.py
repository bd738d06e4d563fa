"""The contract's flags, lines and trace (CONTRACT.md), for a pool in Python.

Copy this file as it is, and let your pool call `parse` and `Log.say`.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

LINES = {
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
UNITS_NS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9}
UNITS_NS |= {"m": 60 * 10**9, "h": 3600 * 10**9}
TIME = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")


def integer(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if re.fullmatch("[+-]?[0-9]{1,18}", text) and least <= int(text) <= most:
            return int(text)
        raise ValueError(f"an integer from {least} to {most}")

    return read


def duration_ns(text: str) -> int:
    whole_ns = sum(int(Decimal(number) * UNITS_NS[unit]) for number, unit in TIME.findall(text))
    if text == "0" or (text and not TIME.sub("", text) and whole_ns <= 24 * UNITS_NS["h"]):
        return whole_ns
    raise ValueError("a duration from 0s to 24h, like 500ms")


def scripted(text: str) -> tuple[str, int]:
    name, _, at = text.partition("@")
    try:
        return name, duration_ns(at if name in ("SIGINT", "SIGTERM") else "")
    except ValueError:
        raise ValueError("SIGINT@TIME or SIGTERM@TIME, like SIGINT@1.2s") from None


def boolean(text: str) -> bool:
    if text in ("true", "false"):
        return text == "true"
    raise ValueError("true or false")


FLAGS: dict[str, tuple[Any, Callable[[str], Any]]] = {  # the default, and how to read a value
    "workers": (3, integer(1, 1_000_000)),
    "queue": (10, integer(0, 10_000_000)),
    "jobs": (15, integer(0, 1_000_000_000)),
    "interval": (500_000_000, duration_ns),
    "work": (2_000_000_000, duration_ns),
    "cpu": (0, integer(0, 1_000_000_000)),
    "signal": ([], scripted),
    "trace": ("", str),
    "quiet": (False, boolean),
}


def parse(arguments: list[str]) -> dict[str, Any]:
    """Return the value of each flag. Wrong usage ends the program."""
    values = {name: default for name, (default, _) in FLAGS.items()}
    words = iter(arguments)
    for word in words:
        flag = re.fullmatch("--?([^-=][^=]*)(?:=(.*))?", word, re.DOTALL)
        if not flag:
            refuse(f"unexpected argument: {json.dumps(word)}")
        name, text = flag.groups()
        if name not in FLAGS:
            refuse(f"unknown flag: {json.dumps(f'-{name}')[1:-1]}")
        if text is None:
            text = "true" if name == "quiet" else next(words, None)
        if text is None:
            refuse(f"flag needs an argument: -{name}")
        try:
            value = FLAGS[name][1](text)
        except ValueError as want:
            refuse(f"invalid value {json.dumps(text)} for flag -{name}: want {want}")
        values[name] = [*values[name], value] if name == "signal" else value
    return values


def refuse(problem: str) -> NoReturn:
    print(problem, file=sys.stderr, flush=True)
    os._exit(2)  # In any thread: the whole program ends.


class Log:
    """Writes each event at once: its line on stdout and, with -trace, its record in the trace."""

    def __init__(self, flags: dict[str, Any]) -> None:
        """Write the trace's header, and start the program's clock."""
        self.flags, self.seq = flags, 0
        self.lock = threading.Lock()  # One lock for both outputs, so that both have the same order.
        self.trace = -1
        config = {name: flags[name] for name in ("workers", "queue", "jobs", "cpu", "quiet")}
        config |= {"interval_ns": flags["interval"], "work_ns": flags["work"]}
        config |= {"signals": [f"{name}@{at_ns}ns" for name, at_ns in flags["signal"]]}
        runtime = {"python": platform.python_version()}
        header = {"schema": "parity.trace/1", "program": "pool.py", "runtime": runtime}
        self.record(header | {"clock": "real", "config": config})
        self.start_ns = time.monotonic_ns()

    def say(self, event: str, **fields: Any) -> None:
        with self.lock:
            self.seq += 1
            t_ns = time.monotonic_ns() - self.start_ns
            self.record({"seq": self.seq, "t": t_ns, "event": event, **fields})
            if not (self.flags["quiet"] and event.startswith("job_")):
                line = LINES[event].format(workers=self.flags["workers"], **fields)
                os.write(1, f"{line}\n".encode())  # Not print(), which may keep lines in a buffer.

    def record(self, fields: dict[str, Any]) -> None:
        if not (path := self.flags["trace"]):
            return
        try:
            if self.trace < 0:
                self.trace = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            os.write(self.trace, f"{json.dumps(fields)}\n".encode())
        except OSError as error:
            refuse(f"cannot write trace {json.dumps(path)}: {str(error.strerror).lower()}")
