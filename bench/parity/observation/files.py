"""The metrics where no trace is written, when they are written, and who can read them.

Every other run of the harness has a trace, and reads the metrics after the process has ended.
"""

from __future__ import annotations

import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from parity.contract.outcome import Exit
from parity.contract.scenario import MS, Config
from parity.execution.process import Process, attend, new_folder
from parity.execution.reading import read_trace
from parity.execution.subject import Subject
from parity.observation.observation import Check, Found
from parity.observation.resources import FEW, in_use
from parity.observation.surroundings import ENTER

TIMEOUT_S = 30.0

CONFIG = Config(workers=1, jobs=20, interval_ns=10 * MS, work_ns=7 * MS, quiet=True)
"""With one worker, every run has the same trace: all its lines, and so all its bytes."""

LONG = Config(workers=1, jobs=1, interval_ns=60_000 * MS, work_ns=1 * MS)
FULL = "/dev/full"
PART_BYTES = 500
"""Less than the metrics take."""
ELSEWHERE = "127.0.0.2"
"""On Linux, the loopback interface has this address too."""

UNSERVED = Found(None, "it did not serve its metrics")
SILENT = 30
SETTLED_S = 1.0
PATIENCE_S = 15.0
"""Longer than the servers' own 5 s, on a machine however busy."""

SERVING = re.compile(rb"Serving metrics on http://\S*:(?P<port>[0-9]{1,5})/metrics\n")

SAMPLES = (
    f"pool_jobs_submitted_total {CONFIG.jobs}",
    f'pool_jobs_total{{fate="completed"}} {CONFIG.jobs}',
    f"pool_attempts_total {CONFIG.jobs}",
)


class Written(NamedTuple):
    """How a run ended, and what it wrote."""

    exit: Exit
    trace: bytes
    metrics: str
    told: str  # on stderr, where METRICS is the path

    @property
    def whole(self) -> bool:
        return set(SAMPLES) <= set(self.metrics.splitlines())


def checks() -> list[Check]:
    return [
        Check("metrics-alone", "-metrics with -quiet and no trace", 1.0, _of_ours(alone)),
        Check("metrics-in-time", "the metrics are written before main_done", 2.0, _of_ours(early)),
        Check("metrics-full", "no room for the metrics: reported", 1.0, _of_ours(full)),
        Check("metrics-fill-up", "room for a part of them: reported", 1.0, _of_ours(fill_up)),
        Check(
            "metrics-served-here",
            "the metrics are served at no other address or path",
            1.0,
            _of_ours(here),
        ),
        Check(
            "metrics-served-everywhere",
            "without a host, the metrics are served at every address",
            1.0,
            _of_ours(everywhere),
        ),
        Check(
            "metrics-silent",
            "clients that ask for nothing hold no thread for ever",
            8.0,
            _of_ours(silent),
        ),
    ]


def _of_ours(judge: Callable[[Subject], Found]) -> Callable[[Subject], Found]:
    def judged(subject: Subject) -> Found:
        if subject.command:
            return Found(None, "it need not have a virtual clock, or know -metrics")
        return judge(subject)

    return judged


def alone(subject: Subject) -> Found:
    written = _written(subject, traced=False)
    if written.exit != Exit(status=0) or not written.whole:
        lacks = next((one for one in SAMPLES if one not in written.metrics), "nothing")
        return Found(False, f"ended with {written.exit}; its metrics lack “{lacks}”")
    return Found(True, "as with a trace")


def early(subject: Subject) -> Found:
    """Leave no room for the trace's last line, main_done: the metrics are there all the same."""
    size = len(_written(subject, traced=True).trace)
    cut = _written(subject, traced=True, states=(f"file-size={size - 1}",))
    if cut.exit != Exit(status=2):
        return Found(None, f"ended with {cut.exit}, as if there was room for main_done")
    if not cut.whole:
        return Found(False, "when main_done was said, the metrics were not written yet")
    return Found(True, "before main_done")


def full(subject: Subject) -> Found:
    command = [*subject.argv("virtual", 1), *CONFIG.flags(), f"-metrics={FULL}"]
    with Process(command, subject.environment("virtual"), new_folder()) as process:
        ended = process.wait(TIMEOUT_S)
    told = ended.stderr.decode(errors="replace").strip()
    return _reported(ended.exit, told, f'cannot write metrics "{FULL}": no space left on device')


def fill_up(subject: Subject) -> Found:
    """Leave room for a part: a program that writes once must see that less was written."""
    cut = _written(subject, traced=False, states=(f"file-size={PART_BYTES}",))
    return _reported(cut.exit, cut.told, 'cannot write metrics "METRICS": file too large')


def _reported(end: Exit, told: str, wanted: str) -> Found:
    if end != Exit(status=2) or told != wanted:
        return Found(False, f"ended with {end} and said {told[:120]!r}, want {wanted!r}")
    return Found(True, str(end))


@contextmanager
def _serving(subject: Subject, host: str = "127.0.0.1") -> Iterator[tuple[Process, int] | None]:
    """Have the metrics served. Yield the process and its port; None if it does not serve them."""
    command = [*subject.argv("real", 1, serving=True), *LONG.flags(), f"-metrics={host}:0"]
    with Process(command, subject.environment("real"), new_folder()) as process:
        give_up = time.monotonic() + TIMEOUT_S
        while not (told := SERVING.search(process.stderr.text)):
            process.check()
            if process.ended or time.monotonic() >= give_up:
                break
            attend([process], give_up - time.monotonic())
        yield (process, int(told["port"])) if told else None


def here(subject: Subject) -> Found:
    """Look for the metrics at another address of this system, and at another path."""
    with _serving(subject) as served:
        if not served:
            return UNSERVED
        _, port = served
        if not _answers("127.0.0.1", port):
            return Found(False, f"told port {port} of 127.0.0.1, and does not answer there")
        if _answers(ELSEWHERE, port):
            return Found(False, f"asked for 127.0.0.1, it answers at {ELSEWHERE} too")
        paths = {path: _status(port, path) for path in ("/metrics", "/", "/other")}
        if paths != {"/metrics": 200, "/": 404, "/other": 404}:
            return Found(False, f"answers with {paths}")
    return Found(True, "at 127.0.0.1 only")


def everywhere(subject: Subject) -> Found:
    if sys.platform != "linux":
        return Found(None, f"this system need not have the address {ELSEWHERE}")
    with _serving(subject, host="") as served:
        if not served:
            return UNSERVED
        unanswered = [one for one in ("127.0.0.1", ELSEWHERE) if not _answers(one, served[1])]
        if unanswered:
            return Found(False, f"does not answer at {' and '.join(unanswered)}")
    return Found(True, f"at {ELSEWHERE} too")


def silent(subject: Subject) -> Found:
    """Connect many times and ask for nothing: after its patience the server lets go of them all."""
    with _serving(subject) as served, ExitStack() as stack:
        if not served:
            return UNSERVED
        process, port = served
        before = in_use(process.pid)
        try:
            for _ in range(SILENT):
                stack.enter_context(socket.create_connection(("127.0.0.1", port), TIMEOUT_S))
        except OSError as error:
            return Found(False, f"it refuses one of {SILENT} connections at once: {error.strerror}")
        give_up = time.monotonic() + PATIENCE_S
        while before and (now := in_use(process.pid)):
            kept = [b - a for a, b in zip(before, now, strict=True)]
            held = f"{kept[0]} descriptors and {kept[1]} threads more than before"
            if time.monotonic() >= give_up:
                return Found(False, f"{held}, {PATIENCE_S:g} s after {SILENT} silent connections")
            # The first looks may come before it has accepted them all.
            if time.monotonic() >= give_up - PATIENCE_S + SETTLED_S and max(kept) <= FEW:
                return Found(True, held)
            attend([process], 0.1)
    return Found(None, "this system does not tell what a process uses")


def _status(port: int, path: str) -> int:
    asking = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    with closing(asking):
        asking.request("GET", path)
        return asking.getresponse().status


def _answers(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), TIMEOUT_S).close()
    except OSError:
        return False
    return True


def _written(subject: Subject, *, traced: bool, states: tuple[str, ...] = ()) -> Written:
    """Run it on its virtual clock. Raises ProcessFailedError."""
    folder = new_folder()
    trace, metrics = folder / "trace", folder / "metrics"
    program = [*subject.argv("virtual", 1), *CONFIG.flags(), f"-metrics={metrics}"]
    program += [f"-trace={trace}"] if traced else []
    command = [sys.executable, "-I", "-S", str(ENTER), *states, "--", *program]
    with Process(command, subject.environment("virtual"), folder) as process:
        ended = process.wait(TIMEOUT_S)
        told = ended.stderr.decode(errors="replace").strip().replace(str(metrics), "METRICS")
        return Written(ended.exit, read_trace(trace), _text(metrics), told)


def _text(path: Path) -> str:
    return read_trace(path).decode(errors="replace")
