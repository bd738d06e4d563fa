"""Go's library with a scheduler that has no habits, for builds that explore orders.

`go build -overlay` takes some files of the library from elsewhere. In these a goroutine may give
way to another wherever it locks or unlocks a mutex, which the log of the reference does at each
event; and what runs next is drawn from all that is ready. Go promises neither order nor the absence
of either, and its race detector draws too; but left alone it keeps to a few orders. To disturb a
scheduler so is called noise making (Edelstein et al., "Framework for testing multi-threaded Java
programs", 2003). With an aim (see `exploration.schedules`) nothing is drawn: then each goroutine
waits there for its turn, and a select takes the arm that the aim has it take.
"""

from __future__ import annotations

import json
from pathlib import Path

from parity.execution.patch import StalePatchError, apply, parse

AIM = "PARITY_AIM"
"""The environment's variable with the order that a run is held to."""


PATCHES = Path(__file__).parent
ADDED = "runtime/turns.go"


class OtherLibraryError(Exception):
    """Raised where a Go's library is another than the patches are for."""


def edition() -> tuple[str, ...]:
    """Return what a build depends on beside Go and the sources."""
    return (*_diffs(), _added())


def _diffs() -> list[str]:
    return [path.read_text() for path in sorted(PATCHES.glob("*.patch"))]


def _added() -> str:
    return (PATCHES / Path(ADDED).name).read_text()


def overlay(library: Path, folder: Path) -> Path:
    """Write what -overlay takes into the folder; return its file. Raises OtherLibraryError.

    `library` is the folder src of the toolchain's root.
    """
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
