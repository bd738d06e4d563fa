"""`parity check`: saved traces, judged one by one."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import msgspec
import pytest
from parity.checker.saved_trace import check as check_file
from parity.contract.trace import Trace, lines_of
from parity.errors import CannotJudge
from parity.specification.rules import RULES

from tests.support import stories
from tests.support.command import PROGRAM, call_parity
from tests.support.programs import port


def check(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return call_parity("check", *map(str, arguments))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a trace and the stdout of the run that wrote it."""
    folder = tmp_path_factory.mktemp("recorded")
    trace, stdout = folder / "trace.ndjson", folder / "stdout.txt"
    flags = ["-clock", "virtual", "-workers", "2", "-jobs", "5", "-queue", "1", "-interval", "0s"]
    with stdout.open("wb") as out:
        subprocess.run(port(*flags, "-trace", str(trace)), stdout=out, check=True, timeout=30)
    return trace, stdout


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the stdout of a run whose jobs fail, one of them until a signal ends its wait."""
    stdout = tmp_path_factory.mktemp("failing") / "stdout.txt"
    flags = ["-clock", "virtual", "-workers", "1", "-jobs", "3", "-interval", "0s"]
    flags += ["-fail", "1:1", "-attempts", "2", "-backoff", "2s", "-signal", "SIGINT@9s"]
    with stdout.open("wb") as out:
        subprocess.run(port(*flags), stdout=out, check=True, timeout=30)
    return stdout


def test_lines_of_attempts_need_the_flags_of_the_run(failing: Path) -> None:
    run = check(failing, "--jobs", "3")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        f"parity: {failing} tells of an attempt that failed (line 9): give the flags of that run, "
        "--fail or --job-timeout, and perhaps --attempts\n"
    )
    known = ("--jobs", "3", "--fail", "1:1", "--attempts", "2")
    run = check(failing, *known, "--backoff", "2s")
    assert (run.returncode, run.stderr) == (0, "")
    run = check(failing, *known)
    assert run.returncode == 1
    assert "in 2s, where 100ms was due" in " ".join(run.stdout.split())


def test_lines_of_results_tell_that_results_were_asked_for(tmp_path: Path) -> None:
    story = "pool up1 submit1 start1:1 complete1:1 got1:1 closing waiting closed1 stopped done"
    events = tuple(stories.told(story))
    lines = list(lines_of(Trace(events=events, source="stdout"), workers=1))
    assert "Result of Job ID: 1: completed" in lines
    stdout, lost = tmp_path / "stdout.txt", tmp_path / "lost.txt"
    stdout.write_text("\n".join(lines) + "\n")
    lost.write_text("\n".join(line for line in lines if "Result" not in line) + "\n")
    assert check(stdout, "--jobs", "1").returncode == 0
    assert check(lost, "--jobs", "1").returncode == 0
    run = check(lost, "--jobs", "1", "--results", "true")
    assert run.returncode == 1
    assert "[results/all-delivered: " in " ".join(run.stdout.split())


def test_a_real_run_is_legal_by_its_trace_and_by_its_lines(recorded: tuple[Path, Path]) -> None:
    run = check(*recorded, "--workers", "2", "--jobs", "5", "--queue", "1")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.count("  legal\n") == 2


def test_another_configuration_makes_it_illegal(recorded: tuple[Path, Path]) -> None:
    run = check("--json", recorded[1], "--workers", "2", "--jobs", "4", "--queue", "1")
    [judged] = json.loads(run.stdout)["files"]
    assert (run.returncode, judged["legal"], judged["rule"]) == (1, False, "main/submits-in-order")


def test_a_stdout_tells_how_many_workers_there_were(
    recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    assert check(recorded[1], "--jobs", "5", "--queue", "1").returncode == 0
    run = check(recorded[1], "--workers", "3", "--jobs", "5", "--queue", "1")
    assert run.returncode == 1
    assert "where 3 were asked for" in " ".join(run.stdout.split())
    many = tmp_path / "many.txt"
    many.write_text("Starting worker pool with 9999999999 workers\n")
    run = check(many)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert f'{many}: invalid value "9999999999" for flag --workers' in run.stderr


def test_an_illegal_line_is_explained_by_its_rule(
    recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    lines = recorded[1].read_text().splitlines(keepends=True)
    i = next(i for i, line in enumerate(lines) if "completed Job ID: 5" in line)
    worker = " ".join(lines[i].split()[:2])
    lines.insert(i, lines.pop(lines.index(f"{worker} shutting down gracefully\n")))
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("".join(lines))
    junit = tmp_path / "verdicts.xml"
    run = check(wrong, "--workers", "2", "--jobs", "5", "--queue", "1", "--junit", junit)
    assert run.returncode == 1
    assert f"line {i + 1}" in run.stdout
    shown = run.stdout.splitlines()
    for number, line in ((i + 1, lines[i]), (i + 2, lines[i + 1])):
        assert any(one.endswith(f"{number}  {line.strip()}") for one in shown)
    assert [one.count("▸") for one in shown].count(1) == 1
    assert "a job in hand is never interrupted" in " ".join(run.stdout.split())
    assert "<failure" in junit.read_text()


def test_a_prefix_is_legal_and_called_one(recorded: tuple[Path, Path], tmp_path: Path) -> None:
    prefix = tmp_path / "prefix.ndjson"
    prefix.write_text("".join(recorded[0].read_text().splitlines(keepends=True)[:9]))
    run = check(prefix)
    assert run.returncode == 0
    assert "a prefix: it ends before main_done" in run.stdout


def test_half_a_line_is_a_defect(recorded: tuple[Path, Path], tmp_path: Path) -> None:
    cut = tmp_path / "cut.ndjson"
    cut.write_text(recorded[0].read_text()[:-5])
    run = check(cut)
    assert run.returncode == 1
    assert "is cut off" in run.stdout


def test_a_verdict_is_not_written_over_a_trace(recorded: tuple[Path, Path], tmp_path: Path) -> None:
    trace, link = tmp_path / "trace.ndjson", tmp_path / "link"
    trace.write_bytes(recorded[0].read_bytes())
    link.symlink_to(trace)
    for junit in (trace, link):
        run = check(trace, "--junit", junit)
        assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
        assert f"--junit would overwrite {trace}: name another file" in run.stderr
    assert trace.read_bytes() == recorded[0].read_bytes()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "trace line 1 is cut off"),
        (json.dumps({"schema": "parity.trace/1", "program": "x"}), "trace line 1 is cut off"),
        ("{}\n", "trace line 1 is no header: "),
        ('{"config": {"workers": 1e400}}\n', "trace line 1 is no header: "),
    ],
)
def test_without_a_header_there_is_nothing_to_judge_by(
    tmp_path: Path, text: str, says: str
) -> None:
    trace = tmp_path / "trace.ndjson"
    trace.write_text(text)
    with pytest.raises(CannotJudge) as problem:
        check_file(trace, {})
    assert str(problem.value).startswith(f"{trace} has no header to judge it by: {says}")


def test_what_a_header_leaves_out_a_flag_has_to_say(
    recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    head, *events = recorded[0].read_text().splitlines(keepends=True)
    header = json.loads(head)
    del header["config"]["queue"]
    trace = tmp_path / "trace.ndjson"
    trace.write_text(json.dumps(header) + "\n" + "".join(events))
    with pytest.raises(CannotJudge, match="its header says nothing of queue"):
        check_file(trace, {"jobs": "5"})
    assert check_file(trace, {"queue": "1"}).checked.legal


@pytest.mark.parametrize(("line", "status"), [(1, 2), (2, 1)])
def test_a_line_nested_beyond_reading_is_a_defect_and_no_header(
    recorded: tuple[Path, Path], tmp_path: Path, line: int, status: int
) -> None:
    lines = recorded[0].read_text().splitlines(keepends=True)[:line]
    lines[-1] = lines[-1].replace("{", '{"deep":' + "[" * 1_000_000 + "]" * 1_000_000 + ",", 1)
    deep = tmp_path / "deep.ndjson"
    deep.write_text("".join(lines))
    run = check(deep)
    assert (run.returncode, run.stderr.count("\n")) == (status, status - 1)
    assert f"trace line {line} is no" in run.stdout + run.stderr


def test_a_file_s_name_may_hold_any_bytes(recorded: tuple[Path, Path], tmp_path: Path) -> None:
    strange = tmp_path / os.fsdecode(b"\xff.ndjson")
    strange.write_bytes(recorded[0].read_bytes())
    run = check("--json", strange)
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout)["files"][0]["file"].endswith(".ndjson")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "nothing to check"),
        (["/no/such"], "cannot read /no/such: no such file or directory"),
        ([""], "'' is no path"),
        (["/dev/null"], "/dev/null is empty"),
        (["/etc/hostname", "--workers", "x"], 'invalid value "x" for flag --workers'),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], says: str) -> None:
    run = check(*arguments)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert says in run.stderr


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"signals": [5]}, "config.signals: Expected `str`, got `int`"),
        ({"signals": ["S"]}, 'config.signals has "S": want SIGINT@TIME'),
        ({"workers": 0}, "config.workers is 0: want 1 to 1000000"),
        ({"queue": "x"}, "Expected `int`, got `str` - at `config.queue`"),
        ({"work_ns": -1}, "config.work_ns is -1: want 0 to"),
    ],
)
def test_a_header_with_which_no_program_would_run_is_bad_input(
    tmp_path: Path, config: dict[str, object], says: str
) -> None:
    trace = tmp_path / "trace.ndjson"
    header = {"schema": "parity.trace/1", "program": "x", "runtime": {}, "clock": "real"}
    trace.write_text(json.dumps({**header, "config": config}) + "\n")
    with pytest.raises(CannotJudge) as problem:
        check_file(trace, {})
    assert str(problem.value).startswith(f"{trace}: its header")
    assert says in str(problem.value)


@pytest.mark.parametrize(
    "data", [b"\x7fELF\0\xff", "All workers stopped\n".encode("utf-16"), b"{\0"]
)
def test_a_file_that_is_no_text_is_bad_input(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "binary").write_bytes(data)
    with pytest.raises(CannotJudge, match="binary is no text"):
        check_file(tmp_path / "binary", {})


def test_a_text_of_which_no_line_is_a_program_s_is_bad_input(tmp_path: Path) -> None:
    said = tmp_path / "said.txt"
    said.write_text("# Parity\n\nOne worker pool.\n")
    with pytest.raises(CannotJudge, match=r"said\.txt is neither a trace nor what a program said"):
        check_file(said, {})
    # But a program that also says something else is wrong, wherever it does.
    for told in (
        "noise\nMain: shutdown complete\n",
        "noise\nWorker 1 started\n",
        "Worker 1 started\nnoise\n",
    ):
        said.write_text(told)
        assert not check_file(said, {}).checked.legal


def test_lines_that_end_as_no_program_s_do_are_bad_input(
    recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    """Whichever they are: a payload, too, has no carriage return in it."""
    lines = recorded[1].read_text().splitlines()
    for few in (3, len(lines)):
        (tmp_path / "crlf").write_bytes("".join(f"{line}\r\n" for line in lines[:few]).encode())
        with pytest.raises(CannotJudge, match="crlf is neither a trace nor what a program said"):
            check_file(tmp_path / "crlf", {})


def test_a_clock_that_is_none_is_bad_input(recorded: tuple[Path, Path], tmp_path: Path) -> None:
    trace = tmp_path / "trace.ndjson"
    trace.write_text(recorded[0].read_text().replace('"clock":"virtual"', '"clock":"sun"', 1))
    with pytest.raises(CannotJudge, match="header's clock is 'sun': want virtual or real"):
        check_file(trace, {})


def test_what_is_for_readers_is_no_document() -> None:
    for arguments in (["--rules", "--json"], ["--rules", "/dev/null"]):
        run = check(*arguments)
        assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)


def test_an_error_s_words_do_nothing_to_the_terminal() -> None:
    run = check("x\x1b[31m")
    assert run.returncode == 2
    assert run.stderr == "parity: cannot read x\\x1b[31m: no such file or directory\n"


def test_a_mark_of_the_byte_order_is_no_part_of_a_trace(
    recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    for plain in recorded:
        marked = tmp_path / plain.name
        marked.write_bytes(b"\xef\xbb\xbf" + plain.read_bytes())
        flags = {"jobs": "5", "queue": "1"}
        assert check_file(marked, flags).checked == msgspec.structs.replace(
            check_file(plain, flags).checked, file=str(marked)
        )


def test_a_file_without_end_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parity.checker.saved_trace.MOST_BYTES", 5 << 20)
    with pytest.raises(CannotJudge, match="/dev/zero has more than 5 MiB: give a shorter trace"):
        check_file(Path("/dev/zero"), {})


def test_the_rules_are_listed() -> None:
    listed = check("--rules").stdout
    assert all(address in listed for address in RULES)


def test_one_file_that_cannot_be_judged_hides_nothing_of_the_others(
    recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    nothing, wrong = tmp_path / "nothing", tmp_path / "wrong.txt"
    wrong.write_text("Worker 1 started\n")
    run = check(nothing, recorded[0], wrong)
    assert (run.returncode, run.stdout.count("legal")) == (1, 2)
    assert run.stderr == f"parity: cannot read {nothing}: no such file or directory\n"
    run = check("--json", nothing, recorded[0])
    assert run.returncode == 2
    assert [one["judged"] for one in json.loads(run.stdout)["files"]] == [False, True]


def test_stdin_is_a_file_too_and_what_is_assumed_of_it_is_told(
    recorded: tuple[Path, Path],
) -> None:
    command = [*PROGRAM, "check", "-", "--jobs", "5"]
    with recorded[1].open("rb") as said:
        run = subprocess.run(command, stdin=said, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    assert "stdin  legal (--queue 10 assumed)\n" in run.stdout
    twice = check("-", "-")
    assert (twice.returncode, twice.stdout) == (2, "")


def test_what_comes_to_its_end_is_no_prefix(recorded: tuple[Path, Path], tmp_path: Path) -> None:
    noisy = tmp_path / "noisy.txt"
    noisy.write_text(recorded[1].read_text().replace("Worker 2 started\n", "warming up\n"))
    run = check(noisy, "--jobs", "5", "--queue", "1")
    assert run.returncode == 1
    assert "is none of the contract's" in run.stdout
    assert "prefix" not in run.stdout
