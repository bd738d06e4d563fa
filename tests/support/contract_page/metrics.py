"""What the contract's page states of the metrics."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import msgspec
from parity.checker.judge import judge
from parity.contract.outcome import Outcome

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
