"""A pool that does not speak the contract's words, and loses jobs when a signal comes.

    python other_words.py FLAG...

What it says of a job that it takes names no worker. A signal ends main before the workers: jobs in
their hands and in the queue are lost. That the queue is closed is told in words of its own. It
takes the contract's flags but for -trace, and each line is one of a log.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from datetime import datetime

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def seconds(text: str) -> float:
    unit = next(u for u in UNITS if text.endswith(u))
    return float(text.removesuffix(unit)) * UNITS[unit]


LOCK = threading.Lock()


def log(message: str, level: str = "INFO") -> None:
    with LOCK:
        print(f"{datetime.now():%Y-%m-%d %H:%M:%S.%f} {level} {message}", flush=True)


def work(name: int, jobs: queue.Queue[int | None], work_s: float) -> None:
    log(f"worker-{name} is up")
    while (job := jobs.get()) is not None:
        log(f"handling job {job}: Task-{job}")
        time.sleep(work_s)
        log(f"worker-{name} is through with job {job}")
    log(f"no more work for worker-{name}")


def on_signal(signum: int, _: object) -> None:
    signal.signal(signum, signal.SIG_DFL)
    # The handler of a Python program runs in main, which may hold the lock.
    threading.Thread(target=leave, args=(signal.Signals(signum).name,)).start()


def leave(name: str) -> None:
    log(f"caught {name}, leaving", "WARN")
    log("bye")
    os._exit(0)


def main(*arguments: str) -> None:
    flags = dict(argument.partition("=")[::2] for argument in arguments)
    if not flags.get("-workers") or "-trace" in flags:
        print("usage: other_words.py FLAG...", file=sys.stderr)
        sys.exit(2)
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, on_signal)
    workers = int(flags["-workers"])
    log(f"pool of {workers} starts")
    jobs: queue.Queue[int | None] = queue.Queue(int(flags["-queue"]))
    arguments_of = [(n + 1, jobs, seconds(flags["-work"])) for n in range(workers)]
    threads = [threading.Thread(target=work, args=one, daemon=True) for one in arguments_of]
    for thread in threads:
        thread.start()
    for job in range(1, int(flags["-jobs"]) + 1):
        log(f"job {job} is due")
        jobs.put(job)
        time.sleep(seconds(flags["-interval"]))
    log("the queue is closed")
    for _ in threads:
        jobs.put(None)
    for thread in threads:
        thread.join()
    log("bye")
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
