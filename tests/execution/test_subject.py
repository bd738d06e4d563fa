"""Subjects: how they are named, and how they are started."""

from __future__ import annotations

import os
import py_compile
import shutil
import sys
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from parity.contract.outcome import Exit
from parity.contract.scenario import Config, Scenario
from parity.errors import CannotJudge
from parity.execution.runner import run_side_by_side
from parity.execution.subject import LAUNCHER, resolve
from parity.exploration.workers.trial import Trial

from tests.support.planting import edited
from tests.support.programs import ROOT
from tests.support.trials import run_trials

PORT = [sys.executable, "-P", str(LAUNCHER), str(ROOT / "py_port")]


@pytest.mark.parametrize(
    ("name", "backend"),
    [("py", "asyncio"), ("py@asyncio", "asyncio"), ("py@trio", "trio"), ("py@uvloop", "uvloop")],
)
def test_the_port_is_started_on_the_backend_of_its_name(name: str, backend: str) -> None:
    [subject] = resolve([name])
    argv = subject.argv("real", 7)
    assert (subject.name, argv) == (
        name,
        [*PORT, f"-backend={backend}", "-clock=real", "-seed=7"],
    )


def test_uvloop_has_no_virtual_clock() -> None:
    [subject] = resolve(["py@uvloop"])
    with pytest.raises(CannotJudge, match=r"py@uvloop.*use --clock real"):
        subject.argv("virtual", 1)


def test_go_has_one_processor_only_on_its_virtual_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOMAXPROCS", raising=False)
    go, py = resolve(["go", "py"])
    assert go.environment("virtual")["GOMAXPROCS"] == "1"
    assert "GOMAXPROCS" not in go.environment("real")
    assert "GOMAXPROCS" not in py.environment("virtual")


def test_another_program_gets_only_the_contract_s_flags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    [subject] = resolve(["mine=./my-pool 'a b' --x=\"1 2\""])
    assert subject.name == "mine"
    for clock in ("virtual", "real"):
        assert subject.argv(clock, 7) == [str(tmp_path / "my-pool"), "a b", "--x=1 2"]  # type: ignore[arg-type]
    assert resolve(["mine=my-pool"])[0].argv("real", 7) == ["my-pool"]


def test_a_repeated_name_gets_a_number() -> None:
    names = [s.name for s in resolve(["go", "py", "go", "m=a", "go", "m=b"])]
    assert names == ["go", "py", "go#2", "m", "go#3", "m#2"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("zz", "unknown subject 'zz': want go, py, py@asyncio, py@trio, py@uvloop, or NAME=COMMAND"),
        ("", "unknown subject ''"),
        ("=./x", "unknown subject '=./x'"),
        ("mine=", "subject 'mine' has no command"),
        ("mine=  ", "subject 'mine' has no command"),
        ("mine='./x", "cannot read the command of subject 'mine': No closing quotation"),
    ],
)  # fmt: skip
def test_a_bad_subject_gives_one_clear_line(text: str, says: str) -> None:
    with pytest.raises(CannotJudge) as problem:
        resolve(["go", text])
    assert str(problem.value).startswith(says)
    assert "\n" not in str(problem.value)


def copy_of_port(parent: Path) -> Path:
    """Make a copy of the port that ends with status 3."""
    folder = shutil.copytree(ROOT / "py_port", parent / "py_port")
    main = folder / "cmd" / "main.py"
    main.write_text(edited(main.read_text(), ("os._exit(main())", "os._exit(main() or 3)")))
    return folder


def ends(name: str, runs: str) -> Exit:
    """Run the subject once, by itself or in a worker process, and return how it ended."""
    scenario = Scenario(name="x", about="", config=Config(jobs=1))
    [subject] = resolve([name])
    if runs == "alone":
        [outcome] = run_side_by_side([subject], scenario, seed=1, timeout_s=20)
        return outcome.exit
    [result] = run_trials([Trial(subject, scenario, 1)], timeout_s=20)
    return result.outcome.exit


ODD_NAMES = ["2026-11-30T07:00", "a b'\"", "new\nline", "a=b;c", os.fsdecode(b"\xff"), "-m"]
"""Names that break a list with separators, a shell, or UTF-8."""


@pytest.mark.parametrize("runs", ["alone", "in a worker"])
@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_the_port_that_is_asked_for_runs_whatever_its_folder_is_called(
    name: str, runs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_of_port(tmp_path / name)
    monkeypatch.setenv("PARITY_PY_PORT", str(folder.parent))
    assert ends("py", runs) == Exit(status=3)


@pytest.mark.parametrize("runs", ["alone", "in a worker"])
def test_a_link_may_name_the_port(
    runs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(copy_of_port(tmp_path))
    monkeypatch.setenv("PARITY_PY_PORT", str(tmp_path / "link"))
    assert ends("py", runs) == Exit(status=3)


@pytest.mark.parametrize("runs", ["alone", "in a worker"])
def test_a_port_on_the_user_s_path_does_not_run_instead(
    runs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_of_port(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert ends("py", runs) == Exit(status=0)


HOOK = """
import importlib.util, sys

class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "py_port.worker.pool":
            return importlib.util.spec_from_file_location(name, {file!r})

sys.meta_path.insert(0, Finder)
"""


@pytest.mark.parametrize("runs", ["alone", "in a worker"])
def test_a_module_that_comes_from_elsewhere_is_not_judged(
    runs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_of_port(tmp_path)
    hook = HOOK.format(file=str(folder / "worker" / "pool.py"))
    (tmp_path / "sitecustomize.py").write_text(hook)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(CannotJudge) as problem:
        ends("py", runs)
    assert f"py_port.worker.pool was loaded from {folder}/worker" in str(problem.value)


@pytest.mark.parametrize("runs", ["alone", "in a worker"])
def test_a_trace_of_another_program_is_not_judged(
    runs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = copy_of_port(tmp_path) / "internal" / "log.py"
    log.write_text(edited(log.read_text(), ('"program": "py_port"', '"program": "mine"')))
    monkeypatch.setenv("PARITY_PY_PORT", str(tmp_path))
    says = "^py: its trace's header says program mine, where py_port was asked for"
    with pytest.raises(CannotJudge, match=says):
        ends("py", runs)


def of_the_same_size_and_second(main: Path) -> None:
    before = main.stat()
    main.write_text(main.read_text().replace("or 3", "or 4"))
    os.utime(main, ns=(before.st_atime_ns, before.st_mtime_ns))


def cut_off(main: Path) -> None:
    compiled = Path(cache_from_source(str(main)))
    os.truncate(compiled, compiled.stat().st_size // 2)


@pytest.mark.parametrize("runs", ["alone", "in a worker"])
@pytest.mark.parametrize(("spoil", "status"), [(of_the_same_size_and_second, 4), (cut_off, 3)])
def test_a_compiled_file_that_its_source_contradicts_is_not_run(
    spoil: Callable[[Path], None],
    status: int,
    runs: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    main = copy_of_port(tmp_path) / "cmd" / "main.py"
    py_compile.compile(str(main))
    spoil(main)
    monkeypatch.setenv("PARITY_PY_PORT", str(tmp_path))
    assert ends("py", runs) == Exit(status=status)
    compiled = cache_from_source(str(main))
    said = f"parity: {compiled} disagrees with its source: compiling again\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("place", ["", "n" * 300, "beside"])
def test_a_port_that_is_not_there_gives_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    if place == "beside":
        shutil.copytree(ROOT / "py_port", tmp_path / "py_port")
    monkeypatch.setenv("PARITY_PY_PORT", str(tmp_path / place))
    [subject] = resolve(["py"])
    with pytest.raises(CannotJudge, match=r"^PARITY_PY_PORT: no py_port in "):
        subject.argv("virtual", 1)
