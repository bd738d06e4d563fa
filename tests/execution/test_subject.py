"""Subjects: how they are named, and how they are started."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from parity.contract.outcome import Exit
from parity.contract.scenario import Config, Scenario
from parity.errors import CannotJudge
from parity.execution.runner import run_side_by_side
from parity.execution.subject import resolve

from tests.support.programs import ROOT

PORT = [sys.executable, "-P", "-m", "py_port.cmd.main"]


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


def test_go_has_one_processor_on_its_virtual_clock_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOMAXPROCS", raising=False)
    go, py = resolve(["go", "py"])
    assert go.environment("virtual")["GOMAXPROCS"] == "1"
    assert "GOMAXPROCS" not in go.environment("real")
    assert "GOMAXPROCS" not in py.environment("virtual")


def test_a_command_of_one_s_own_gets_the_contract_s_flags_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    [subject] = resolve(["mine=./my-pool 'a b' --x=\"1 2\""])
    assert subject.name == "mine"
    for clock in ("virtual", "real"):
        assert subject.argv(clock, 7) == [str(tmp_path / "my-pool"), "a b", "--x=1 2"]  # type: ignore[arg-type]
    assert resolve(["mine=my-pool"])[0].argv("real", 7) == ["my-pool"]


def test_a_name_that_comes_again_is_numbered() -> None:
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
def test_a_bad_subject_is_one_line(text: str, says: str) -> None:
    with pytest.raises(CannotJudge) as problem:
        resolve(["go", text])
    assert str(problem.value).startswith(says)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("inside", [".", "py_port"])
def test_another_port_can_be_judged(
    inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "py_port", tmp_path / "py_port")
    main = tmp_path / "py_port" / "cmd" / "main.py"
    main.write_text(main.read_text().replace("os._exit(main())", "os._exit(main() or 3)"))
    monkeypatch.setenv("PARITY_PY_PORT", str(tmp_path / inside))
    scenario = Scenario(name="x", about="", config=Config(jobs=1))
    [outcome] = run_side_by_side(resolve(["py"]), scenario, seed=1, timeout_s=20)
    assert outcome.exit == Exit(status=3)


@pytest.mark.parametrize("place", ["", "n" * 300])
def test_a_port_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("PARITY_PY_PORT", str(tmp_path / place))
    [subject] = resolve(["py"])
    with pytest.raises(CannotJudge, match=r"^PARITY_PY_PORT: no py_port in "):
        subject.environment("virtual")
