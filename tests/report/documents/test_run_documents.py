"""What `parity run` writes: the JSON document, JUnit XML, the step summary, the traces."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from parity.comparison.result import Difference, Result
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import Exit
from parity.contract.trace import Trace
from parity.errors import CannotJudge
from parity.report.documents import run, schemas
from parity.report.files import ensure_savable, ensure_writable, write_whole
from parity.report.run import junit, save, summary

from tests.support.results import (
    DIFFERENCE,
    HOSTILE,
    comparison,
    outcome,
    result,
    unjudged,
    verdict,
)


def everything() -> Result:
    hostile = outcome(HOSTILE, argv=("./x", "\udcff"), exit=Exit(signal="SIGKILL"), defect="\x00")
    bad = (verdict("ordering", HOSTILE, DIFFERENCE), verdict("exit", "\ufffe\x1b\ud800"))
    return result(
        comparison(),
        comparison(hostile, bad, CATALOGUE["interrupt-busy"], run=2),
        comparison(outcome("told", Trace(events=(), source="stdout"))),
        comparison(scenario=CATALOGUE["bad-input"]),
        unjudged=(unjudged("py\x00 hung", scenario="burst"),),
    )


def test_the_document_is_as_its_schema_says() -> None:
    parsed, schema = json.loads(run.document(everything())), json.loads(schemas.schema("run"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(parsed, schema)
    for key in schema["$defs"]["RunDocument"]["properties"]:
        broken = {k: v for k, v in parsed.items() if k != key}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema)


def test_the_document_tells_all() -> None:
    parsed = json.loads(run.document(everything()))
    assert (parsed["schema"], parsed["exit_status"]) == ("parity.run/1", 1)
    assert parsed["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    first, second, third, _ = parsed["comparisons"]
    assert first["holds"]
    assert first["subjects"][1] == {
        "name": "py",
        "argv": ["./py", "-jobs=1"],
        "clock": "virtual",
        "runtime": {"told": "1"},
        "exit": {"status": 0, "signal": None},
        "usage": {"wall_ns": 12_340_000, "cpu_ns": 8_000_000, "peak_rss_bytes": 5_200_000},
        "events": 10,
        "makespan_ns": 2_000_000_000,
        "jobs_completed": 1,
        "jobs_abandoned": 0,
        "jobs_rejected": 0,
        "jobs_per_s": 0.5,
        "defect": None,
        "stderr": [],
    }
    assert second["run"] == 2
    assert second["scenario"]["config"]["signals"] == ["SIGINT@255ms"]
    assert second["subjects"][1]["exit"] == {"status": None, "signal": "SIGKILL"}
    assert second["subjects"][1]["name"] == HOSTILE
    assert second["verdicts"][0]["difference"]["marked_left"] == 0
    assert third["subjects"][1]["clock"] is None
    assert third["subjects"][1]["makespan_ns"] is None
    assert parsed["unjudged"][0]["why"] == "py\x00 hung"
    assert parsed["unjudged"][0]["verdict"] == "not judged"


def test_junit_has_a_case_for_each_verdict_and_run(tmp_path: Path) -> None:
    junit.write(everything(), tmp_path / "junit.xml")
    root = ET.parse(tmp_path / "junit.xml").getroot()
    assert [suite.get("name") for suite in root] == [
        "default",
        "interrupt-busy",
        "bad-input",
        "burst",
    ]
    counts = {key: root.get(key) for key in ("tests", "failures", "errors")}
    assert counts == {"tests": "15", "failures": "2", "errors": "1"}
    case = root.find("testsuite[@name='interrupt-busy']/testcase")
    assert case is not None
    assert case.get("name") == "ordering [run 2]"
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == DIFFERENCE.words
    assert "> 2.000 s  Worker 1 completed Job ID: 1\n" in (failure.text or "")
    assert r"\x1b[31mred" in (failure.text or "")
    error = root.find("testsuite[@name='burst']/testcase/error")
    assert error is not None
    assert error.get("message") == r"py\x00 hung"


def test_a_document_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.xml"
    ensure_writable(path)
    assert list(tmp_path.iterdir()) == []
    junit.write(everything(), path)
    junit.write(everything(), path)
    assert [p.name for p in path.parent.iterdir()] == ["report.xml"]
    link = tmp_path / "link.xml"
    link.symlink_to(path)
    write_whole(link, b"through the link")
    assert link.is_symlink()
    assert path.read_bytes() == b"through the link"


def test_a_write_cut_short_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(CannotJudge, match="No space left"):
        write_whole(tmp_path / "report.xml", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE)
    ensure_writable(fifo)
    write_whole(fifo, b"told")
    assert reader.communicate(timeout=10)[0] == b"told"
    assert fifo.is_fifo()


def test_a_file_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, bool]] = []
    path = tmp_path / "report.json"
    monkeypatch.setattr(os, "fsync", lambda fd: seen.append((os.fstat(fd).st_size, path.exists())))
    write_whole(path, b"whole")
    assert seen == [(5, False)]


@pytest.mark.parametrize("check", [ensure_writable, lambda path: write_whole(path, b"x")])
@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (".", "Is a directory"),
        ("file/below.xml", "Not a directory"),
        ("loop/x.xml", ""),
        ("n" * 300, "name too long"),
    ],
)
def test_a_path_that_cannot_be_written_gives_one_clear_line(
    tmp_path: Path, check, place: str, reason: str
) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(CannotJudge) as caught:
        check(tmp_path / place)
    assert str(caught.value).startswith(f"cannot write {tmp_path / place}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "loop"]


def test_the_step_summary_is_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    monkeypatch.setenv(summary.VARIABLE, str(path))
    assert summary.summary_file() == path
    summary.append_summary(result(comparison()), path)
    assert (
        path.read_text()
        == """\
before
### parity holds

| scenario | subject | run | verdict |  | evidence |
| --- | --- | --- | --- | --- | --- |
| default | py | 1 of 1 | ordering | ✅ | identical |
| default | py | 1 of 1 | shutdown | ✅ | alike |
| default | py | 1 of 1 | exit | ✅ | exit status 0, both |
| default | py | 1 of 1 | throughput | ✅ | alike |

|  | go | py | ratio |
| --- | --- | --- | --- |
| makespan | 2.000 s | 2.000 s | 1.00x |
| jobs/s | 0.50 | 0.50 | 1.00x |
| wall time | 12.3 ms | 12.3 ms | 1.00x |
| CPU time | 8.00 ms | 8.00 ms | 1.00x |
| peak memory | 5.20 MB | 5.20 MB | 1.00x |

"""
    )
    monkeypatch.delenv(summary.VARIABLE)
    assert summary.summary_file() is None
    with pytest.raises(CannotJudge, match="cannot write GITHUB_STEP_SUMMARY"):
        summary.append_summary(result(comparison()), tmp_path)


def test_a_subjects_words_are_no_markup_in_the_summary() -> None:
    text = summary.summary(everything())
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 6
    assert {line.count("|") for line in table} == {table[0].count("|")}
    bare = re.sub(r"</?(details|summary|pre)>", "", text)
    assert "<" not in bare
    assert "`" not in "".join(table)
    assert "_e_" not in "".join(table)
    assert text.replace("\n", "").isprintable()
    assert "job 1 is completed at 2.5 s" in text


@pytest.mark.parametrize("letter", ["z", "\N{HEAVY CHECK MARK}"])
def test_a_summary_is_no_longer_than_its_limit_in_bytes(
    letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MOST_SUMMARY_BYTES", 64 * 1024)
    evidence = letter * 600
    fails = (verdict("ordering", evidence, Difference(words="y", left=(evidence,) * 100)),)
    found = result(*(comparison(verdicts=fails, run=i) for i in range(100)))
    text = summary.summary(found)
    assert len(text.encode()) < 64 * 1024 + 100
    told = text.count("<details>")
    assert f"only the first {told} are told here: see the log for the rest" in text


def test_traces_are_saved_as_they_were_written(tmp_path: Path) -> None:
    reference = outcome(raw_trace=b'{"the": "bytes"}\n\xff')
    odd, clash = outcome("../a b/\n", stdout=b"\xff\n"), outcome("../A b/\t")
    found = result(
        comparison(odd, reference=reference),
        comparison(clash, reference=reference),
        comparison(run=12),
    )
    ensure_savable(tmp_path / "new")
    save.save(found, tmp_path / "new")
    files = {str(p.relative_to(tmp_path / "new")): p for p in tmp_path.rglob("*") if p.is_file()}
    assert sorted(files) == [
        "default/run-001/_._A_b__-2.stdout.txt",
        "default/run-001/_._a_b__.stdout.txt",
        "default/run-001/go.ndjson",
        "default/run-001/go.stdout.txt",
        "default/run-012/go.stdout.txt",
        "default/run-012/py.stdout.txt",
    ]
    assert files["default/run-001/go.ndjson"].read_bytes() == reference.raw_trace
    assert files["default/run-001/_._a_b__.stdout.txt"].read_bytes() == b"\xff\n"


def test_two_subjects_of_one_name_are_both_saved(tmp_path: Path) -> None:
    save.save(
        result(comparison(outcome("go", stdout=b"other"), reference=outcome("go", stdout=b"one"))),
        tmp_path,
    )
    folder = tmp_path / "default" / "run-001"
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        "go.stdout.txt": b"one",
        "go-2.stdout.txt": b"other",
    }


def test_a_folder_that_cannot_be_written_gives_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotJudge, match="Not a directory"):
        ensure_savable(tmp_path / "file")
    with pytest.raises(CannotJudge, match=r"cannot write .*: "):
        save.save(result(comparison()), tmp_path / "file")
