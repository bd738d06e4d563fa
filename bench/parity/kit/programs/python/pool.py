"""A worker pool of threads, and its graceful shutdown. It needs Python 3.11 and contract.py.

python pool.py -workers 3 -queue 10 -jobs 15
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

from contract import Log, parse

WORDS = {signal.SIGINT: "interrupt", signal.SIGTERM: "terminated"}


class Stop(Exception):
    """Tells a worker to stop, and why."""


class Channel:
    """A bounded queue with one sender, first in first out. It can be closed and cancelled."""

    def __init__(self, capacity: int) -> None:
        self.lock = threading.Lock()
        self.for_worker, self.for_main = (threading.Condition(self.lock) for _ in range(2))
        self.capacity, self.jobs = capacity, deque[int]()
        self.closed, self.cancelled = False, threading.Event()

    def send(self, job: int) -> bool:
        """Wait for room, and send. Return False if the channel is cancelled instead."""
        slots = max(self.capacity, 1)
        with self.lock:
            self.for_main.wait_for(lambda: len(self.jobs) < slots or self.cancelled.is_set())
            if self.cancelled.is_set() and (len(self.jobs) >= slots or heads()):
                return False
            self.jobs.append(job)
            self.for_worker.notify()
            if self.capacity == 0:
                # A rendezvous: the job is offered, and it is ours until a worker takes it.
                self.for_main.wait_for(lambda: not self.jobs or self.cancelled.is_set())
                if self.jobs:
                    self.jobs.clear()
                    return False
            return True

    def receive(self) -> int:
        """Wait for a job. Raises Stop if the channel is cancelled, or closed and empty."""
        with self.lock:
            self.for_worker.wait_for(lambda: self.jobs or self.closed or self.cancelled.is_set())
            if self.cancelled.is_set() and (not self.jobs or heads()):
                raise Stop("cancelled")
            if not self.jobs:
                raise Stop("closed")
            self.for_main.notify()
            return self.jobs.popleft()

    def close(self) -> None:
        with self.lock:
            self.closed = True
            self.for_worker.notify_all()

    def cancel(self) -> None:
        with self.lock:
            self.cancelled.set()
            self.for_worker.notify_all()
            self.for_main.notify_all()


def heads() -> bool:
    """Toss a coin: if two things are ready, either may be taken."""
    return random.random() < 0.5


def process(work_ns: int, rounds: int) -> dict[str, str]:
    """Do a job: sleep, or keep a processor busy. Return the result of the computation."""
    if not rounds:
        time.sleep(work_ns / 1e9)
        return {}
    digest = bytes(32)
    for _ in range(rounds):
        digest = hashlib.sha256(digest).digest()
    return {"digest": digest.hex()[-8:]}


def work(number: int, channel: Channel, log: Log) -> None:
    log.say("worker_started", worker=number)
    try:
        while True:
            job = channel.receive()
            log.say("job_started", worker=number, job=job, payload=f"Task-{job}")
            computed = process(log.flags["work"], log.flags["cpu"])
            log.say("job_completed", worker=number, job=job, **computed)
    except Stop as stop:
        log.say("worker_stopped", worker=number, reason=str(stop))


def listen(channel: Channel, log: Log) -> None:
    """Wait for a signal, and shut down. The next signal has its default, and ends the process."""
    first = signal.sigwait(WORDS)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WORDS)
    log.say("signal_received", signal=WORDS[signal.Signals(first)])
    log.say("shutdown_initiated")
    channel.cancel()
    signal.pause()  # The signals are blocked in all other threads.


def submit(channel: Channel, log: Log) -> None:
    """Submit job after job, a pause after each, until the channel is cancelled."""
    for job in range(1, log.flags["jobs"] + 1):
        if channel.cancelled.is_set():
            return
        log.say("job_submitting", job=job)
        if not channel.send(job):
            log.say("job_rejected", job=job)
            return
        channel.cancelled.wait(log.flags["interval"] / 1e9)


def thread(target: Callable[..., None], *arguments: object) -> threading.Thread:
    one = threading.Thread(target=target, args=arguments, daemon=True)
    one.start()
    return one


def main() -> None:
    flags = parse(sys.argv[1:])
    # Before the first line, and before there are threads, which inherit the mask. From now on a
    # signal waits until it is heard, and interrupts nothing.
    signal.pthread_sigmask(signal.SIG_BLOCK, WORDS)
    for signum in (*WORDS, signal.SIGPIPE):
        signal.signal(signum, signal.SIG_DFL)
    log, channel = Log(flags), Channel(flags["queue"])
    thread(listen, channel, log)
    for name, at_ns in flags["signal"]:
        timer = threading.Timer(at_ns / 1e9, os.kill, (os.getpid(), signal.Signals[name]))
        timer.daemon = True
        timer.start()
    log.say("pool_starting")
    workers = [thread(work, n + 1, channel, log) for n in range(flags["workers"])]
    submit(channel, log)
    log.say("pool_closing")
    channel.close()
    log.say("pool_waiting")
    for worker in workers:
        worker.join()
    log.say("pool_stopped")
    for job in channel.jobs:
        log.say("job_abandoned", job=job)
    log.say("main_done")


if __name__ == "__main__":
    main()
