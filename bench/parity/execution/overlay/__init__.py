"""Go's library with a scheduler that picks at random, for builds that explore orders.

`go build -overlay` takes some files of the library from elsewhere. With these, a goroutine may
yield wherever it locks or unlocks a mutex; the reference's log does so at each event. What runs
next is drawn from all goroutines that are ready. Go does not promise any order, and its race
detector draws, too; but Go by itself shows only a few orders. To disturb a scheduler in this way is
called noise making (Edelstein et al., "Framework for testing multi-threaded Java programs", 2003).

A run with a schedule (see `exploration.schedules`) draws nothing. There each goroutine waits for
its turn, and a select takes the arm that the schedule names.
"""

from __future__ import annotations

import json
from pathlib import Path

AIM = "PARITY_AIM"
"""The environment variable with the schedule that a run is held to."""


PATCHES = Path(__file__).parent
ADDED = "runtime/turns.go"


class OtherLibraryError(Exception):
    """Raised if the patches do not fit this Go's library."""


def edition() -> tuple[str, ...]:
    """Return what else a build depends on, beside Go and the sources."""
    return (*_diffs(), _added())


def _diffs() -> list[str]:
    return [path.read_text() for path in sorted(PATCHES.glob("*.patch"))]


def _added() -> str:
    return (PATCHES / Path(ADDED).name).read_text()


def overlay(library: Path, folder: Path) -> Path:
    """Write the files for -overlay into the folder; return their list. Raises OtherLibraryError.

    `library` is the folder src of the toolchain's root.
    """
    from parity.execution.patch import StalePatchError, apply, parse  # slow to load

    changed = [ADDED]
    for patch in map(parse, _diffs()):
        for file in patch:
            _copy(library, file, folder)
        try:
            apply(patch, folder)
        except StalePatchError as stale:
            raise OtherLibraryError(str(stale)) from None
        changed += patch
    (folder / ADDED).write_text(_added())
    description = folder / "overlay.json"
    replaced = {str(library / file): str(folder / file) for file in changed}
    description.write_text(json.dumps({"Replace": replaced}))
    return description


def _copy(library: Path, file: str, folder: Path) -> None:
    try:
        text = (library / file).read_text()
    except OSError:
        raise OtherLibraryError(f"{file} is not there") from None
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)
