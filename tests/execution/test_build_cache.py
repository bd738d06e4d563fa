"""A build is made once and kept. A damaged one is noticed, and an impossible cache too."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from parity.cli import doctor
from parity.errors import CannotJudge
from parity.execution import toolchain
from parity.report.doctor import Need

from tests.support.toolchains import bin_folder, cache, fake_go, log_of, output_of, tree

__all__ = ["bin_folder", "cache", "tree"]


def test_a_build_is_made_once_and_again_for_other_sources(cache: Path, tree: Path) -> None:
    first = toolchain.build("virtual")
    made = first.stat().st_ino
    assert toolchain.build("virtual").stat().st_ino == made
    main = tree / "cmd" / "main.go"
    main.write_text(main.read_text() + "\n// changed\n")
    other = toolchain.build("virtual")
    assert other != first
    assert set(cache.iterdir()) == {first, other}, "and nothing else is left"


def test_a_warm_look_up_does_not_start_go(bin_folder: Path, cache: Path) -> None:
    root = bin_folder.parent / "goroot"
    (root / "bin").mkdir(parents=True)
    (root / "VERSION").write_text("go1.99.0\ntime 2030-01-01\n")
    go = bin_folder / "go"
    go.symlink_to(fake_go(root / "bin"))
    toolchain.build("real")
    assert len(log_of(go)) == 1
    toolchain.build("real")
    assert len(log_of(go)) == 1


def test_what_the_build_depends_on_is_in_its_name(
    bin_folder: Path, cache: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(bin_folder)
    builds = [toolchain.build("virtual"), toolchain.build("real")]
    (tree / "job" / "job.go").write_text("package job // changed\n")
    builds.append(toolchain.build("real"))
    fake_go(bin_folder, "go1.99.1")
    builds.append(toolchain.build("real"))
    monkeypatch.setattr(toolchain.platform, "machine", lambda: "vax")
    builds.append(toolchain.build("real"))
    assert len(set(builds)) == 5
    (tree / "job" / "job_test.go").write_text("package job // a test is no source\n")
    assert toolchain.build("real") == builds[-1]


def test_the_toolchain_s_own_settings_are_in_the_name(bin_folder: Path, cache: Path) -> None:
    fake_go(bin_folder)
    first = toolchain.build("real")
    (bin_folder.parent / "go.env").write_text("GOAMD64=v4\n")
    assert toolchain.build("real") != first


def test_two_builds_at_once_are_both_whole(bin_folder: Path, cache: Path) -> None:
    # Each waits for the other before it writes.
    meeting = bin_folder / "meeting"
    fake_go(
        bin_folder,
        before=f'mkdir "{meeting}" 2>/dev/null || touch "{meeting}/met"\n'
        f'while [ ! -e "{meeting}/met" ]; do sleep 0.01; done',
    )
    built: list[Path] = []
    threads = [
        threading.Thread(target=lambda: built.append(toolchain.build("real"))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert list(cache.iterdir()) == [built[0]] == [built[1]]
    assert output_of(built[0]) == b"built\n"


def test_the_least_recently_used_builds_are_removed(
    bin_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolchain, "KEPT", 2)
    builds = []
    for number in range(2):
        fake_go(bin_folder, f"go1.99.{number}")
        builds.append(toolchain.build("real"))
        os.utime(builds[-1], (number, number))
    fake_go(bin_folder, "go1.99.0")
    toolchain.build("real")  # It is used again, and so the other one goes.
    fake_go(bin_folder, "go1.99.2")
    assert set(cache.iterdir()) == set(builds)
    assert {toolchain.build("real"), builds[0]} == set(cache.iterdir())


def replaced(binary: Path, make: Callable[[], object]) -> None:
    binary.unlink()
    make()


DAMAGE = {
    "truncated": lambda binary: os.truncate(binary, 3),
    "empty": lambda binary: os.truncate(binary, 0),
    "another program": lambda binary: binary.write_text("#!/bin/sh\necho other\n"),
    "not to be started": lambda binary: binary.chmod(0o644),
    "folder": lambda binary: replaced(binary, lambda: (binary / "x").mkdir(parents=True)),
    "link to nothing": lambda binary: replaced(binary, lambda: binary.symlink_to("/nowhere")),
    "link to another": lambda binary: replaced(binary, lambda: binary.symlink_to("/bin/sh")),
    "link to itself": lambda binary: replaced(binary, lambda: binary.symlink_to(binary)),
    "pipe": lambda binary: replaced(binary, lambda: os.mkfifo(binary)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_build_is_reported_and_built_again(
    damage: Callable[[Path], object],
    bin_folder: Path,
    cache: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake_go(bin_folder)
    binary = toolchain.build("real")
    damage(binary)
    assert not toolchain.is_built("real")
    assert output_of(toolchain.build("real")) == b"built\n"
    said = f"parity: the cached build {binary} is damaged: building it again\n"
    assert capsys.readouterr().err == said
    assert list(cache.iterdir()) == [binary]
    toolchain.build("real")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("place", ["off", "relative", "/dev/null/cache"])
def test_an_impossible_cache_of_go_is_not_used(
    place: str, bin_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = bin_folder / "told"
    fake_go(bin_folder, before=f'echo "$GOCACHE" >"{told}"')
    monkeypatch.setenv("GOCACHE", place)
    toolchain.build("real")
    assert told.read_text() == f"{cache / 'go-build'}\n"


@pytest.mark.parametrize("place", ["/dev/null/cache", "/proc/cache"])
def test_an_impossible_cache_gives_one_clear_line(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_CACHE_DIR", place)
    with pytest.raises(CannotJudge, match=f"^cannot write the cache {place}: .*PARITY_CACHE_DIR"):
        toolchain.build("real")


def test_a_cache_whose_programs_may_not_be_started_gives_one_clear_line(
    bin_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(bin_folder)
    monkeypatch.setattr(toolchain, "can_start_programs", lambda _: False)
    with pytest.raises(CannotJudge, match=f"^programs in the cache {cache} may not .*noexec"):
        toolchain.build("real")
    assert not list(cache.iterdir())
    [found] = (need for need in doctor.needs() if need.what == "cache")
    assert not found.ok
    assert found.found == f"{cache} is mounted noexec: set PARITY_CACHE_DIR to a folder elsewhere"


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the home folder: from the environment, and from the user database."""

    def no_entry(_: int) -> None:
        raise KeyError

    for name in ("HOME", "XDG_CACHE_HOME", "GOCACHE", "PARITY_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", no_entry)


@pytest.fixture
def compiled() -> Path:
    """Return the folder in which Go keeps what it has compiled, of its own library above all."""
    go = toolchain.find_go().command
    said = subprocess.run([go, "env", "GOCACHE"], capture_output=True, text=True, check=True)
    return Path(said.stdout.strip())


# Ask for Go's own cache while there is a home folder: without that cache a build takes 12 s.
@pytest.mark.usefixtures("compiled", "no_home")
def test_a_user_without_a_home_folder_is_told_which_variable_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: Path
) -> None:
    line = "no home folder to keep builds in: set PARITY_CACHE_DIR to a folder"
    with pytest.raises(CannotJudge, match=f"^{line}$"):
        toolchain.build("real")
    assert Need(what="cache", ok=False, found=line) in doctor.needs()
    monkeypatch.setenv("PARITY_CACHE_DIR", str(tmp_path))
    (tmp_path / "go-build").symlink_to(compiled)
    assert output_of(toolchain.build("real"), "-jobs=0").endswith(b"Main: shutdown complete\n")


@pytest.mark.usefixtures("compiled", "no_home")
def test_without_a_home_a_new_import_is_noticed(cache: Path, tree: Path, compiled: Path) -> None:
    cache.mkdir()
    (cache / "go-build").symlink_to(compiled)
    toolchain.build("real")
    job = tree / "job/job.go"
    changed = job.read_text().replace("import (", 'import (\n\t"os"\n') + "var _ = os.Args\n"
    job.write_text(changed)
    assert output_of(toolchain.build("real"), "-jobs=0").endswith(b"Main: shutdown complete\n")


def test_a_cache_that_may_only_be_read_serves_what_it_has(
    bin_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(bin_folder)
    there = toolchain.build("real")
    # Root may write everything, so we change the answer, not the folder.
    access = os.access
    monkeypatch.setattr(
        toolchain.os, "access", lambda path, mode: Path(path) != cache and access(path, mode)
    )
    assert toolchain.build("real") == there
    with pytest.raises(CannotJudge, match=r"^cannot write the cache .*: Permission denied"):
        toolchain.build("virtual")


def test_without_a_home_go_keeps_what_it_compiles_in_our_cache(
    bin_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = bin_folder / "told"
    fake_go(bin_folder, before=f'echo "$GOCACHE" >"{told}"')
    for name in ("HOME", "XDG_CACHE_HOME", "GOCACHE"):
        monkeypatch.delenv(name, raising=False)
    toolchain.build("real")
    assert told.read_text() == f"{cache / 'go-build'}\n"


def test_nothing_is_built_in_an_impossible_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_CACHE_DIR", "/" + "n" * 300)
    assert not toolchain.is_built("virtual")
