"""`parity schema`: every document that a command prints is as its schema says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from parity.contract.events import LINES
from parity.contract.scenario import ScheduledSignal, parse_signal
from parity.report.documents.schemas import DOCUMENTS
from parity.report.documents.select import document

from tests.support.coins import ALIKE, BROKEN
from tests.support.command import call_parity
from tests.support.programs import ROOT

TRACE = ROOT / "tests/traces" / "interrupted.txt"

SWEEP = ("explore", "signals", "--scenario", "no-jobs")

COMMANDS = {
    "run": ("run", "--scenario", "no-jobs", "--json"),
    "judge": ("judge", "--runs", "1", "--scenario", "no-jobs", "--json", "go"),
    "check": ("check", "--json", str(TRACE)),
    "explore": ("explore", "--json", "--jobs", "1", "--workers", "1", "--runs", "3"),
    "signals": (*SWEEP, "--real", "0", "--workers", "1", "--runs", "1", "--json"),
    "guide": ("guide", "--check", "starting", "--json"),
    "mutants": ("mutants", "closed-twice", "--clean", "0", "--json"),
}


def printed(name: str) -> str:
    return call_parity(*COMMANDS[name]).stdout


DOCUMENTED = {
    **{name: lambda name=name: printed(name) for name in COMMANDS},
    "select": lambda: document(ALIKE),
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_document_is_as_its_schema_says(name: str) -> None:
    described = json.loads(call_parity("schema", name).stdout)
    jsonschema.Draft202012Validator.check_schema(described)
    parsed = json.loads(DOCUMENTED[name]())
    jsonschema.validate(parsed, described)
    for key in parsed:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({k: v for k, v in parsed.items() if k != key}, described)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**parsed, "schema": "parity.other/1"}, described)


def test_every_document_has_a_test() -> None:
    # Those of bench are in test_bench.py and test_bench_reports.py.
    assert {*DOCUMENTED, "bench"} == DOCUMENTS.keys()


def test_each_line_of_a_trace_is_as_its_schema_says(tmp_path: Path) -> None:
    described = json.loads(call_parity("schema", "trace").stdout)
    jsonschema.Draft202012Validator.check_schema(described)
    is_valid = jsonschema.Draft202012Validator(described).is_valid
    call_parity("run", "--scenario", "interrupt-busy", "--save", str(tmp_path))
    saved = sorted(tmp_path.rglob("*.ndjson"))
    assert [path.stem for path in saved] == ["go", "py"]
    lines = [json.loads(line) for path in saved for line in path.read_text().splitlines()]
    assert {line.get("event") for line in lines} >= {None, "signal_received", "worker_stopped"}
    assert all(map(is_valid, lines))
    kinds = {line.get("event"): line for line in lines}
    for line in kinds.values():
        assert not any(is_valid({k: v for k, v in line.items() if k != key}) for key in line)
        if "event" in line:
            assert not is_valid({"reason": "closed", **line, "job": "1"})


def test_the_schema_of_a_trace_tells_all_that_is_said_on_stdout() -> None:
    told = json.loads(call_parity("schema", "trace").stdout)["$defs"]
    lines = {
        one["properties"]["event"]["const"]: one["description"] for one in told["Record"]["oneOf"]
    }
    assert lines == {event: f"on stdout: {line}" for event, line in LINES.items()}
    [heard] = (one for one in told["Record"]["oneOf"] if one["required"] == ["event", "signal"])
    assert heard["properties"]["signal"] == {"enum": ["interrupt", "terminated"]}
    example = told["ConfigRecord"]["properties"]["signals"]["description"].split()[-1]
    assert parse_signal(example) == ScheduledSignal("SIGINT", 1_200_000_000)


def test_an_illegal_choice_is_documented_too() -> None:
    described = json.loads(call_parity("schema", "select").stdout)
    jsonschema.validate(json.loads(document(BROKEN)), described)


def test_an_unknown_document_gives_one_clear_line() -> None:
    run = call_parity("schema", "nothing")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        "parity: unknown document 'nothing': "
        "want run, judge, check, explore, select, signals, mutants, guide, bench, trace\n"
    )
    assert call_parity("schema").stdout == call_parity("schema", "run").stdout
