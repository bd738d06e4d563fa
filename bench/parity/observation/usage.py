"""Whether a program takes each flag's values up to the limits of the contract, and none beyond."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from parity.contract.durations import format_ns
from parity.contract.events import BOOLEANS, DURATIONS, INTEGERS, LONGEST_NS, MOST_EVERY, SPARSE
from parity.contract.flags import EXTENSION_FLAGS, WANTED
from parity.contract.header import config_of
from parity.contract.outcome import Exit
from parity.contract.scenario import Config, Every, field_of, scheduled
from parity.contract.trace_reader import read_ndjson
from parity.errors import CannotJudge
from parity.execution.process import Ended, Process, ProcessFailedError, new_folder
from parity.execution.reading import read_trace
from parity.execution.subject import Subject
from parity.observation.observation import Check, Found

TIMEOUT_S = 30.0
NOWHERE = "/no-such-folder"

LEAST = Config(workers=1, queue=0, jobs=0, interval_ns=0, work_ns=0)

GREATEST = Config(
    # Not the greatest numbers of workers and slots: they would really be made.
    workers=1,
    queue=1,
    jobs=0,
    interval_ns=LONGEST_NS,
    work_ns=LONGEST_NS,
    cpu=INTEGERS["cpu"][1],
    quiet=True,
    signals=scheduled("SIGINT@24h0m0s", "SIGTERM@1.5ms"),
)

GREATEST_OF_EXTENSIONS = Config(
    workers=1,
    jobs=0,
    fail=Every(MOST_EVERY, SPARSE["fail"][1]),
    slow=Every(MOST_EVERY, SPARSE["slow"][1]),
    attempts=INTEGERS["attempts"][1],
    backoff_ns=LONGEST_NS,
    backoff_cap_ns=LONGEST_NS,
    jitter=True,
    job_timeout_ns=LONGEST_NS,
    results=True,
    levels=INTEGERS["levels"][1],
    aging=INTEGERS["aging"][1],
    max_workers=INTEGERS["max-workers"][1],
    keepalive_ns=LONGEST_NS,
)

LEAST_OF_EXTENSIONS = Config(
    workers=1,
    queue=1,
    jobs=0,
    attempts=2,
    backoff_ns=0,
    backoff_cap_ns=0,
    levels=2,
    aging=1,
    max_workers=1,
    keepalive_ns=0,
)

SPELLED = [
    "-workers=2",
    "-workers",
    "+1",
    "--queue=007",
    "-jobs=0",
    "-interval=1h2m3.5s",
    "--work=.5μs",
    "--",
]
"""Forms that Go's package flag takes: one flag twice, a Greek letter, the end of the flags. The
contract says nothing of them."""

AS_SPELLED = Config(workers=1, queue=7, jobs=0, interval_ns=3_723_500_000_000, work_ns=500)


UNSAID = (
    (["-jobs=0"], Config(jobs=0)),
    (["-interval=0s", "-work=0s"], Config(interval_ns=0, work_ns=0)),
)
"""Flags that leave the others to their defaults. A header names all that a plain pool has."""

CONFLICTS = (
    (["-backoff=1s"], "-backoff needs -attempts 2 or more"),
    (["-backoff-cap=1s"], "-backoff-cap needs -attempts 2 or more"),
    (["-jitter"], "-jitter needs -attempts 2 or more"),
    (["-levels=2", "-queue=0"], "-levels needs -queue 1 or more"),
    (["-aging=1"], "-aging needs -levels 2 or more"),
    (["-workers=3", "-max-workers=2"], "-max-workers needs -workers or more"),
    (["-keepalive=5s"], "-keepalive needs -max-workers"),
)
"""Flags that have no effect without another."""


ODD_NAMES = ("a=b:5.trace", "run:5.prom")
"""Names of files that look like a flag with its value, and like an address."""


class Wrong(NamedTuple):
    """Arguments that are wrong, and the line that the programs of this repository say."""

    arguments: list[str]
    line: str
    ours_only: bool = False  # the contract says nothing about it, so other programs are not judged


def wrong_usage() -> Iterator[Wrong]:
    values = [
        *((name, str(greatest + 1)) for name, (_, greatest) in INTEGERS.items()),
        *(("workers", text) for text in ("0", "0x10", "1_0", "")),
        ("queue", "-1"),
        ("attempts", "0"),
        *((name, "24h0m0.000000001s") for name in DURATIONS),
        *((name, f"1:{most + 1}") for name, (_, most, _) in SPARSE.items()),
        *((name, "tRUE") for name in BOOLEANS),
        *(("work", text) for text in ("-1ns", "5")),
        *(("signal", text) for text in ("SIGHUP@1s", "SIGINT@24h1ns", "SIGINT")),
    ]
    for name, value in values:
        line = f'invalid value "{value}" for flag -{name}: want {WANTED[name]}'
        yield Wrong([f"-{name}={value}"], line)
    yield Wrong(["-workers"], "flag needs an argument: -workers")
    yield Wrong(["-nope"], "unknown flag: -nope")
    yield Wrong(["x"], 'unexpected argument: "x"')
    yield Wrong(["x", "y"], 'unexpected argument: "x"', ours_only=True)
    for arguments, needed in CONFLICTS:
        yield Wrong(arguments, f"flag {needed}", ours_only=True)
    yield Wrong(["-quiet", "false"], 'unexpected argument: "false"', ours_only=True)
    # One line, whatever the argument holds: here the end of a line, and no UTF-8.
    strange = os.fsdecode(b"a\nb\xff")
    yield Wrong([strange], r'unexpected argument: "a\nb\xff"', ours_only=True)
    for flag in ("trace", "metrics"):
        line = rf'cannot write {flag} "{NOWHERE}/a\nb\"": no such file or directory'
        yield Wrong([f'-{flag}={NOWHERE}/a\nb"'], line, ours_only=True)


def checks() -> list[Check]:
    return [Check("usage", "each flag's values up to its limits, and none beyond", 12.0, judge)]


def judge(subject: Subject) -> Found:
    ours = not subject.command
    for wrong in wrong_usage():
        name = wrong.arguments[0].lstrip("-").partition("=")[0]
        if not ours and (wrong.ours_only or name in EXTENSION_FLAGS):
            continue  # it need not know the flag
        if problem := _not_rejected(subject, wrong):
            shown = (one if one.isprintable() else ascii(one) for one in wrong.arguments)
            return Found(False, f"{' '.join(shown)}: {problem}")
    runs = [*UNSAID, *((config.flags(), config) for config in (LEAST, GREATEST))]
    if ours:
        runs += [(one.flags(), one) for one in (LEAST_OF_EXTENSIONS, GREATEST_OF_EXTENSIONS)]
        runs.append((SPELLED, AS_SPELLED))
    for flags, config in runs:
        given = [*flags, *(f"-signal={signal}" for signal in config.signals)]
        if problem := _not_taken(subject, given, config):
            return Found(False, f"{' '.join(given)}: {problem}")
    problem = _not_written(subject) or _no_help(subject) if ours else None
    return Found(not problem, problem or "as the contract says")


def _not_written(subject: Subject) -> str | None:
    """Return which file it did not write: one with an odd name, or the null device twice."""
    with TemporaryDirectory() as place:
        for trace, metrics in (ODD_NAMES, (os.devnull, os.devnull)):
            flags = [f"-trace={trace}", f"-metrics={metrics}", "-jobs=0"]
            command = [*subject.argv("real", 1), *flags]
            folder, environment = new_folder(), subject.environment("real")
            with Process(command, environment, folder, cwd=Path(place)) as process:
                ended = process.wait(TIMEOUT_S)
            missing = [name for name in (trace, metrics) if not (Path(place) / name).exists()]
            if ended.exit != Exit(status=0) or missing:
                return f"{' '.join(flags)}: ended with {ended.exit}, without the files {missing}"
    return None


def _no_help(subject: Subject) -> str | None:
    ended, _ = _run(subject, ["-help"])
    if ended.exit != Exit(status=0) or b"-workers" not in ended.stdout or ended.stderr:
        return f"-help: ended with {ended.exit}, and {len(ended.stderr)} bytes on stderr"
    parts = ended.stdout.decode().split("\n  -")[1:]
    told = {part.split()[0]: part for part in parts}
    for name in (*INTEGERS, *DURATIONS):
        default = getattr(Config(), field_of(name))
        shown = f"(default {format_ns(default) if name in DURATIONS else default})"
        if shown not in told.get(name, ""):
            return f"-help: of -{name} it does not say {shown}"
    return None


def _not_rejected(subject: Subject, wrong: Wrong) -> str | None:
    """Return how it took arguments that are wrong."""
    try:
        # Should it take them, the run is short.
        ended, _ = _run(subject, ["-jobs=0", *wrong.arguments])
    except ProcessFailedError as problem:
        return f"{problem}"
    told = ended.stderr.decode(errors="replace").strip()
    if ended.exit != Exit(status=2) or ended.stdout:
        said = "something" if ended.stdout else "nothing"
        return f"ended with {ended.exit}, and {said} on stdout; want exit status 2, and nothing"
    if told != wrong.line if not subject.command else not told:
        return f"said on stderr {told[:120]!r}, want {wrong.line!r}"
    return None


def _not_taken(subject: Subject, flags: list[str], config: Config) -> str | None:
    """Return how it took arguments that are right. There is no job, so the run is short."""
    try:
        ended, data = _run(subject, flags, traced=not subject.command)
    except ProcessFailedError as problem:
        return f"{problem}"
    if ended.exit != Exit(status=0):
        return f"ended with {ended.exit}: {ended.stderr.decode(errors='replace').strip()[:100]}"
    trace, defect = read_ndjson(data)
    if not data or defect or trace.header is None:
        return defect  # another program may have no trace
    try:
        taken = config_of(trace.header.config)
    except CannotJudge as problem:
        return f"{problem}"
    return None if taken == config else f"its header says {taken.flags()}"


def _run(subject: Subject, flags: list[str], *, traced: bool = False) -> tuple[Ended, bytes]:
    """Run it on the real clock. Raises ProcessFailedError."""
    folder = new_folder()
    path = folder / "trace"
    command = [*subject.argv("real", 1), *([f"-trace={path}"] if traced else []), *flags]
    with Process(command, subject.environment("real"), folder) as process:
        ended = process.wait(TIMEOUT_S)
        return ended, read_trace(path)
