"""What a program makes of a start in an unusual place: few open files, or as the first process."""

from __future__ import annotations

import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from parity.contract.outcome import Exit
from parity.contract.scenario import MS, Config, scheduled
from parity.execution.process import Process, attend, new_folder
from parity.execution.subject import Subject
from parity.observation.observation import Check, Found
from parity.observation.surroundings import BUSY, ENTER, LONG

TIMEOUT_S = 30.0
LOW_LIMIT = 20
"""Enough to run, and far less than the hard limit usually is."""

FIRST_PROCESS = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child")
TWICE = Config(jobs=5, work_ns=1000 * MS, signals=scheduled("SIGTERM@1s", "SIGTERM@1.5s"))


def checks() -> list[Check]:
    return [
        Check("open-files", "a low limit of open files is raised", 1.0, raises_open_files),
        Check("first-process", "as PID 1, its status tells the second signal", 1.0, first_process),
    ]


def raises_open_files(subject: Subject) -> Found:
    """Look at the limit of open files while a job is being done: Go raises it as far as it may."""
    if subject.command or not Path("/proc/self/limits").exists():
        return Found(None, "the contract says nothing of it, or this system does not tell")
    program = [*subject.argv("real", 1), *LONG.flags()]
    command = [sys.executable, "-I", "-S", str(ENTER), f"open-files={LOW_LIMIT}", "--", *program]
    with Process(command, subject.environment("real"), new_folder()) as process:
        give_up = time.monotonic() + TIMEOUT_S
        while BUSY not in process.stdout.text:
            process.check()
            if process.ended or time.monotonic() >= give_up:
                return Found(False, "it did not come to its first job")
            attend([process], give_up - time.monotonic())
        soft, hard = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
    if hard <= LOW_LIMIT:
        return Found(None, f"the hard limit is {hard} itself")
    # Go leaves one off, so that it knows its own limit again.
    return Found(soft >= hard - 1, f"{soft} of {hard}")


def first_process(subject: Subject) -> Found:
    """Run it as PID 1. No signal ends that, so the exit status has to tell which one did."""
    if subject.command:
        return Found(None, "it need not have a virtual clock")
    if not shutil.which(FIRST_PROCESS[0]) or not _may_unshare():
        return Found(None, "this system lets nobody start a first process")
    flags = [*TWICE.flags(), *(f"-signal={one}" for one in TWICE.signals)]
    command = [*FIRST_PROCESS, *subject.argv("virtual", 1), *flags]
    with Process(command, subject.environment("virtual"), new_folder()) as process:
        ended = process.wait(TIMEOUT_S)
    want = Exit(status=128 + signal.SIGTERM)
    return Found(ended.exit == want, f"ended with {ended.exit}, want {want}")


def _may_unshare() -> bool:
    tried = subprocess.run([*FIRST_PROCESS, "true"], capture_output=True, timeout=TIMEOUT_S)
    return tried.returncode == 0
