"""What Go is told when it builds, and the one line that says why a build failed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from parity.errors import CannotJudge
from parity.execution import toolchain

from tests.support.toolchains import bin_folder, cache, fake_go, log_of, output_of, tree

__all__ = ["bin_folder", "cache", "tree"]

LEAKS = {
    "CGO_ENABLED": "1",
    "GO111MODULE": "off",
    "GOAMD64": "v9",
    "GOARCH": "wasm",
    "GODEBUG": "nonsense=1",
    "GOEXPERIMENT": "nonsense",
    "GOFLAGS": "-mod=vendor",
    "GOOS": "plan9",
    "GOPATH": "relative",
    "GOROOT": "/nowhere",
    "GOTOOLCHAIN": "go1.2.3",
    "GOWORK": "/nowhere/go.work",
}


def test_packages_that_are_missing_are_built_by_one_go(bin_folder: Path, cache: Path) -> None:
    before = 'for package; do touch "$2$(basename "$package")"; done'
    go = fake_go(bin_folder, before=before)
    known = toolchain.build("real", package="./guide/fifo")
    packages = ["./guide/coin", "./guide/fifo", "./guide/once"]
    coin, fifo, once = toolchain.build_all("real", packages)
    assert fifo == known
    assert (output_of(coin), once.exists()) == (b"built\n", True)
    _, second = (arguments for arguments in log_of(go) if arguments.startswith("build"))
    assert second.endswith("/ ./guide/coin ./guide/once")


def test_the_virtual_clock_is_asked_for_by_a_tag(bin_folder: Path, cache: Path) -> None:
    go = fake_go(bin_folder)
    for clock in ("virtual", "real"):
        assert output_of(toolchain.build(clock)) == b"built\n"  # type: ignore[arg-type]
    virtual, real = (arguments for arguments in log_of(go) if arguments.startswith("build"))
    assert "-tags faketime" in virtual
    assert "-tags" not in real


def test_the_user_s_settings_do_not_change_what_is_built(
    bin_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = bin_folder / "told"
    fake_go(bin_folder, before=f'env | grep ^GO | sort >"{told}"')
    for name, value in LEAKS.items():
        monkeypatch.setenv(name, value)
    toolchain.build("real")
    settings = dict(line.split("=", 1) for line in told.read_text().splitlines())
    assert {settings.pop("GOTMPDIR"), settings.pop("GOMODCACHE")}
    assert settings == {n: v for n, v in toolchain.SETTINGS.items() if n.startswith("GO")}


def test_a_build_succeeds_whatever_the_user_has_set(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in LEAKS.items():
        monkeypatch.setenv(name, value)
    assert output_of(toolchain.build("real"), "-jobs=0").endswith(b"Main: shutdown complete\n")


@pytest.mark.parametrize("named", ["PARITY_CACHE_DIR", "PARITY_GO_SOURCES"])
def test_a_line_break_in_a_path_that_go_cannot_take_gives_one_clear_line(
    named: str, cache: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = shutil.copytree(tree, tree.parent / "line\nbreak")
    monkeypatch.setenv(named, str(place))
    with pytest.raises(CannotJudge, match=r"^Go cannot build in '.*line\\nbreak': .*line break$"):
        toolchain.build("real")


def test_a_build_can_be_started_whatever_the_umask(bin_folder: Path, cache: Path) -> None:
    fake_go(bin_folder)
    before = os.umask(0o177)
    try:
        assert output_of(toolchain.build("real")) == b"built\n"
    finally:
        os.umask(before)


def test_a_build_error_is_the_compiler_s_first_line(cache: Path, tree: Path) -> None:
    with (tree / "job" / "job.go").open("a") as file:
        file.write("\nvar one = undefined1\nvar two = undefined2\n")
    with pytest.raises(CannotJudge) as problem:
        toolchain.build("virtual")
    said = str(problem.value)
    assert said.startswith("go build failed: job/job.go:")
    assert said.endswith("undefined: undefined1 (and 1 more)")
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    ("said", "line"),
    [("# go_reference/cmd\\nsignal: killed", "signal: killed"), ("", "it said nothing")],
)
def test_a_build_that_fails_otherwise_also_gives_one_clear_line(
    said: str, line: str, bin_folder: Path, cache: Path
) -> None:
    fake_go(bin_folder, before=f"printf '{said}' >&2; exit 1")
    with pytest.raises(CannotJudge, match=f"^go build failed: {line}$"):
        toolchain.build("real")


def test_a_build_that_hangs_is_ended(
    bin_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(bin_folder, after="sleep 600 & sleep 600")
    monkeypatch.setattr(toolchain, "BUILD_TIMEOUT_S", 1)
    with pytest.raises(CannotJudge, match=r"^go build did not end within 1 s"):
        toolchain.build("real")
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("place", ["/nowhere", "/" + "n" * 300])
def test_sources_that_are_not_there_give_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("PARITY_GO_SOURCES", place)
    with pytest.raises(CannotJudge, match=rf"^PARITY_GO_SOURCES: no go\.mod in {place}:"):
        toolchain.sources()
