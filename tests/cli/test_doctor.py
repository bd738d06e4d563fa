"""The doctor finds what is missing, and names the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from parity.cli import doctor
from parity.errors import CannotJudge
from parity.execution import toolchain
from parity.execution.process import new_folder
from parity.report.doctor import Need, show
from rich.console import Console

from tests.support.toolchains import bin_folder, fake_go

__all__ = ["bin_folder"]


def test_a_user_without_a_temporary_folder_is_told_which_variable_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.gettempdir", none)
    line = "no temporary folder is writable: set TMPDIR to a folder that is"
    with pytest.raises(CannotJudge, match=f"^{line}$"):
        new_folder()
    assert Need(what="temporary folder", ok=False, found=line) in doctor.needs()


def told() -> tuple[list[Need], str]:
    found = doctor.needs()
    with (console := Console(width=200)).capture() as said:
        show(found, console)
    return found, said.get()


def test_the_doctor_finds_all_that_is_needed() -> None:
    found, said = told()
    assert [f.what for f in found if not f.ok] == []
    for what in ("Go", "Go sources", "Python", "anyio", "trio", "uvloop", "cache"):
        assert what in said


def test_the_doctor_names_what_is_missing_and_the_remedy(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise doctor.PackageNotFoundError(name)

    fake_go(bin_folder, "go1.2.3")
    monkeypatch.setattr(toolchain.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(doctor, "version", missing)
    monkeypatch.setenv("PARITY_GO_SOURCES", "/nowhere")
    monkeypatch.setenv("PARITY_CACHE_DIR", "/dev/null/cache")
    found, said = told()
    not_ok = {f.what for f in found if not f.ok}
    assert not_ok == {"Go", "Go sources", "anyio", "trio", "uvloop", "cache"}
    for remedy in ("uv sync", "PARITY_CACHE_DIR", "PARITY_GO_SOURCES"):
        assert remedy in said


@pytest.mark.parametrize("place", ["file", "file/below", "loop/below", "n" * 300])
def test_the_doctor_finds_an_impossible_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.setenv("PARITY_CACHE_DIR", str(tmp_path / place))
    [cache] = (need for need in doctor.needs() if need.what == "cache")
    assert not cache.ok
    assert cache.found.startswith(f"cannot write {tmp_path / place}: ")


def test_the_doctor_accepts_a_cache_that_is_not_there_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_CACHE_DIR", str(tmp_path / "not" / "yet"))
    [cache] = (need for need in doctor.needs() if need.what == "cache")
    assert cache.ok
    assert list(tmp_path.iterdir()) == []
