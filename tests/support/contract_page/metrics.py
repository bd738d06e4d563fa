"""What the contract's page states of the metrics."""

from __future__ import annotations

import re
import subprocess
import sys
from shlex import quote
from typing import Any

import msgspec
from parity.checker.judge import judge
from parity.contract.catalogue import named
from parity.contract.outcome import Outcome
from parity.contract.scenario import Scenario, changed
from parity.execution.runner import run_side_by_side
from parity.execution.subject import resolve

from tests.support.contract_page.extensions import RETRYING
from tests.support.contract_page.page import PAGE, refused, rows, run, states

METRICS_RUN = msgspec.structs.replace(RETRYING, metrics=True)


def samples(outcome: Outcome) -> dict[str, float]:
    assert outcome.metrics
    lines = outcome.metrics.decode().splitlines()
    found = (line.split() for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in found}


@states("-metrics FILE has the program write its metrics to FILE")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        arguments = [*command, "-jobs=0", "-metrics=/dev/stdout"]
        told = subprocess.run(arguments, capture_output=True, check=True, timeout=20)
        lines = told.stdout.decode().splitlines()
        at = lines.index("pool_jobs_submitted_total 0")
        assert lines.index("All workers stopped") < at < lines.index("Main: shutdown complete")


@states("A file that cannot be written is wrong usage")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        assert refused(command, "-metrics=/nope/x").startswith("cannot write metrics")


@states("-trace and -metrics need different paths")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        assert "another file" in refused(command, "-trace=/nope/x", "-metrics=/nope/x")
        devnull = [*command, "-jobs=0", "-trace=/dev/null", "-metrics=/dev/null"]
        subprocess.run(devnull, capture_output=True, check=True, timeout=20)


def scrape(scenario: Scenario, *names: str) -> list[Outcome]:
    asked = changed(scenario, {}, clock="real", scraped=True)
    return run_side_by_side(resolve(names), asked, seed=1, timeout_s=30)


@states("-metrics HOST:PORT serves them at")
@states("Each answer is what the events tell up to one moment")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in scrape(named("metrics"), "go", "py"):
        assert outcome.scrapes
        assert judge(outcome, named("metrics")) == []
        old = [msgspec.structs.replace(outcome.scrapes[0], since_line=20)]
        [found] = judge(msgspec.structs.replace(outcome, scrapes=tuple(old)), named("metrics"))
        assert found.catcher == "metrics/served"


@states("It then says on stderr where it serves")
def _(_s: Any, _q: Any, _c: Any) -> None:
    mute = 'run=sh -c \'exec "$0" -m py_port.cmd.main "$@" 2>/dev/null\' ' + quote(sys.executable)
    [outcome] = scrape(named("metrics"), mute)
    found = judge(outcome, named("metrics"))
    assert [one.words for one in found] == ["no scrape was answered"]


@states("An address that cannot be had is wrong usage")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    serving = resolve(["go"])[0].argv("real", 1, serving=True)
    for command in (*commands, serving, resolve(["py"])[0].argv("real", 1)):
        assert "metrics" in refused(command, "-metrics=192.0.2.1:0")


@states("The events tell all that is counted")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(METRICS_RUN):
        assert judge(outcome, METRICS_RUN) == []
        counted = {name.partition("{")[0] for name in samples(outcome)}
        histogram = "pool_job_duration_seconds"
        parts = {f"{histogram}_{part}" for part in ("bucket", "sum", "count")}
        assert {row[0] for row in rows("Metrics")} == counted - parts | {histogram}


@states("`fate` is `completed`, `failed`, `rejected`, `abandoned`")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(METRICS_RUN):
        labels = {
            re.sub(".*{(.*)}", r"\1", name) for name in samples(outcome) if "_seconds" not in name
        }
        fates = {f'fate="{fate}"' for fate in ("completed", "failed", "rejected", "abandoned")}
        assert fates | {'state="idle"', 'state="busy"'} <= labels
        assert samples(outcome)['pool_jobs_total{fate="rejected"}'] == 0


@states("The upper bounds of the histogram's buckets are")
def _(_s: Any, _q: Any, _c: Any) -> None:
    told = re.search(r"buckets are (.*?), in seconds", PAGE)
    assert told
    for outcome in run(METRICS_RUN):
        bounds = re.findall('le="(.*?)"', " ".join(samples(outcome)))
        assert bounds == re.findall("`(.*?)`", told[1])


@states("At any moment, the jobs submitted are those of all fates")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    # At the end. The tests in Go look at other moments.
    for outcome in run(METRICS_RUN):
        told = samples(outcome)
        fates = sum(value for name, value in told.items() if "fate" in name)
        assert told["pool_jobs_submitted_total"] == fates + told["pool_queue_length"] == 9


@states("With other metrics in the file, those whose name does not begin with")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(METRICS_RUN):
        assert outcome.metrics
        more = msgspec.structs.replace(outcome, metrics=outcome.metrics + b"go_threads 7\n")
        assert judge(more, METRICS_RUN) == []
