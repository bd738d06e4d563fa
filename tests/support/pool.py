"""A pool of threads that honours the contract on stdout, and can make one mistake.

    python pool.py MISTAKE FLAG...

MISTAKE is the name of a method below, or `none`.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time

MUCH_S = 0.8
"""By so much a mistake is late: a harness on a busy machine hears lines late by less."""

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def seconds(text: str) -> float:
    unit = next(u for u in UNITS if text.endswith(u))
    return float(text.removesuffix(unit)) * UNITS[unit]


class Pool:
    def __init__(self, mistake: str, flags: dict[str, str]) -> None:
        self.mistake = mistake
        self.workers, self.jobs = int(flags["-workers"]), int(flags["-jobs"])
        self.interval_s, self.work_s = seconds(flags["-interval"]), seconds(flags["-work"])
        # The capacity counts what no worker has taken: a queue of no slots is not offered here.
        self.queue: queue.Queue[int | None] = queue.Queue(int(flags["-queue"]))
        self.lock = threading.Lock()
        self.done = threading.Event()
        self.closed = threading.Event()

    def say(self, line: str) -> None:
        with self.lock:
            if self.mistake == "late-line" and line.endswith("completed Job ID: 2"):
                time.sleep(MUCH_S)
            print(line, flush=self.mistake not in ("buffers", "loses-its-buffer"))

    def worker(self, number: int) -> None:
        self.say(f"Worker {number} started")
        if self.mistake == "lazy-workers" and number > 1:
            self.closed.wait()
            time.sleep(MUCH_S)
        while not self.done.is_set():
            try:
                job = self.queue.get_nowait() if self.mistake == "polls" else self.queue.get()
            except queue.Empty:
                time.sleep(MUCH_S)
                continue
            if job is None:
                break
            self.say(f"Worker {number} processing Job ID: {job}, Payload: Task-{job}")
            time.sleep(0 if self.mistake == "hurries" else self.work_s)
            self.say(f"Worker {number} completed Job ID: {job}")
            if self.mistake == "hangs" and job == 2:
                threading.Event().wait()
        self.say(f"Worker {number} shutting down gracefully")

    def on_signal(self, signum: int, _: object) -> None:
        for either in (signal.SIGINT, signal.SIGTERM):
            signal.signal(either, signal.SIG_DFL)
        name = {signal.SIGINT: "interrupt", signal.SIGTERM: "terminated"}[signal.Signals(signum)]
        threading.Thread(target=self.shut_down, args=(name,)).start()

    def shut_down(self, name: str) -> None:
        self.say(f"Received signal: {name}")
        self.say("Initiating graceful shutdown...")
        self.done.set()
        for _ in range(self.workers):
            self.queue.put(None)

    def run(self) -> None:
        time.sleep({"starts-late": 1.5}.get(self.mistake, 0))
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self.on_signal)
        self.say(f"Starting worker pool with {self.workers} workers")
        threads = [threading.Thread(target=self.worker, args=(n + 1,)) for n in range(self.workers)]
        for thread in threads:
            thread.daemon = True
            thread.start()
        for job in range(1, self.jobs + 1):
            if self.done.is_set():
                break
            self.say(f"Submitting Job ID: {job}")
            self.queue.put(job)
            if self.mistake == "crashes" and job == 2:
                raise RuntimeError("planted")
            self.done.wait(self.interval_s)
        self.end(threads)

    def end(self, threads: list[threading.Thread]) -> None:
        self.say("Closing job channel...")
        self.closed.set()
        for _ in range(self.workers):
            self.queue.put(None)
        self.say("Waiting for workers to complete...")
        for thread in threads:
            thread.join()
        time.sleep({"late-shutdown": MUCH_S}.get(self.mistake, 0))
        self.say("All workers stopped")
        left = [self.queue.get() for _ in range(self.queue.qsize())]
        for job in filter(None, [] if self.mistake == "names-no-abandoned" else left):
            self.say(f"Abandoned Job ID: {job}")
        if self.mistake == "leaves-a-child":
            subprocess.Popen(["sleep", "30"])
        self.say("Main: shutdown complete")
        time.sleep({"lingers": 1.0}.get(self.mistake, 0))
        if self.mistake != "loses-its-buffer":
            sys.stdout.flush()
        os._exit(0)


def main(mistake: str, *arguments: str) -> None:
    flags = dict(argument.partition("=")[::2] for argument in arguments)
    if flags.get("-workers") == "":  # `-workers many`: two words
        print("a number of workers is a number\nusage: pool.py", file=sys.stderr)
        sys.exit(2)
    Pool(mistake, flags).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
