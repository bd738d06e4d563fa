"""Go's library with a scheduler that has no habits, for builds that explore orders.

`go build -overlay` takes some files of the library from elsewhere. In these a goroutine may give
way to another wherever it locks or unlocks a mutex, which the log of the reference does at each
event; and what runs next is drawn from all that is ready. Go promises neither order nor the absence
of either, and its race detector draws too; but left alone it keeps to a few orders. To disturb a
scheduler so is called noise making (Edelstein et al., "Framework for testing multi-threaded Java
programs", 2003). With an aim (see `exploration.aims`) nothing is drawn: then each goroutine waits
there for its turn, and a select takes the arm that the aim has it take.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

AIM = "PARITY_AIM"
"""The environment's variable with the order that a run is held to."""


class Edit(NamedTuple):
    file: str  # below the library's src
    old: str
    new: str


EDITS = (
    Edit(
        "sync/mutex.go",
        'import (\n\tisync "internal/sync"\n)\n',
        'import (\n\tisync "internal/sync"\n\t"runtime"\n)\n\n'
        # Now many, now few: an order may want one goroutine to run far ahead of the others.
        "var yieldOdds = uint32(1) << (1 + runtime_randn(4))\n\n"
        "func yieldAtRandom() {\n"
        "\tfor runtime_randn(yieldOdds) == 0 {\n"
        "\t\truntime.Gosched()\n"
        "\t}\n"
        "}\n",
    ),
    Edit(
        "sync/mutex.go",
        "\tm.mu.Lock()\n",
        "\tif !runtime.BeforeLock() {\n\t\tyieldAtRandom()\n\t}\n\tm.mu.Lock()\n",
    ),
    Edit(
        "sync/mutex.go",
        "\tm.mu.Unlock()\n",
        "\tm.mu.Unlock()\n\tif !runtime.AfterUnlock() {\n\t\tyieldAtRandom()\n\t}\n",
    ),
    Edit(
        "runtime/select.go",
        "\tpollorder = pollorder[:norder]\n",
        "\tpollorder = pollorder[:norder]\n"
        "\tif arm := aimedArm(gp); arm != byChance {\n"
        "\t\tfor i, o := range pollorder {\n"
        # A context's channel is one of empty structs.
        "\t\t\tif isDone := scases[o].c.elemtype.Size_ == 0; isDone == (arm == byContext) {\n"
        "\t\t\t\tpollorder[0], pollorder[i] = o, pollorder[0]\n"
        "\t\t\t\tbreak\n"
        "\t\t\t}\n"
        "\t\t}\n"
        "\t}\n",
    ),
    Edit(
        "context/context.go",
        "func (c *cancelCtx) Err() error {\n",
        "func (c *cancelCtx) Err() error {\n\truntime.BeforeLook()\n",
    ),
    Edit(
        "context/context.go",
        '\t"internal/reflectlite"\n',
        '\t"internal/reflectlite"\n\t"runtime"\n',
    ),
    # Some goroutines are slow, others in each process: the rest of the pool gets far without them.
    Edit(
        "runtime/proc.go",
        "const randomizeScheduler = raceenabled\n",
        "const randomizeScheduler = true\n\n"
        "var slowness uint64\n\n"
        "func slow(gp *g) bool {\n"
        '\tif turns.steps != "" {\n\t\treturn false\n\t}\n'
        "\tif slowness == 0 {\n"
        "\t\tslowness = rand() | 1\n"
        "\t}\n"
        "\treturn gp.goid*slowness>>60 < 5\n"
        "}\n",
    ),
    # The queue of all processors, where Gosched puts a goroutine, comes last. And where the
    # library itself must not be preempted (in a sync.Pool), it gives no way.
    Edit(
        "runtime/proc.go",
        "func Gosched() {\n\tcheckTimeouts()\n\tmcall(gosched_m)\n}\n",
        "func Gosched() {\n\tcheckTimeouts()\n\tmcall(yieldIfAllowed)\n}\n\n"
        "func yieldIfAllowed(gp *g) {\n"
        "\tif !canPreemptM(gp.m) {\n"
        "\t\tgogo(&gp.sched)\n"
        "\t}\n"
        "\tgoyield_m(gp)\n"
        "}\n",
    ),
    # With more processors than one, others may be taking from the queue.
    Edit(
        "runtime/proc.go",
        "\t\tgp := pp.runq[h%uint32(len(pp.runq))].ptr()\n"
        "\t\tif atomic.CasRel(&pp.runqhead, h, h+1) {",
        "\t\tif n := t - h; gomaxprocs == 1 && n > 1 {\n"
        "\t\t\ti, j := h%uint32(len(pp.runq)), (h+cheaprandn(n))%uint32(len(pp.runq))\n"
        "\t\t\tfor range 8 {\n"
        "\t\t\t\tif !slow(pp.runq[j].ptr()) {\n"
        "\t\t\t\t\tbreak\n"
        "\t\t\t\t}\n"
        "\t\t\t\tj = (h + cheaprandn(n)) % uint32(len(pp.runq))\n"
        "\t\t\t}\n"
        "\t\t\tpp.runq[i], pp.runq[j] = pp.runq[j], pp.runq[i]\n"
        "\t\t}\n"
        "\t\tgp := pp.runq[h%uint32(len(pp.runq))].ptr()\n"
        "\t\tif atomic.CasRel(&pp.runqhead, h, h+1) {",
    ),
)


def edition() -> tuple[object, ...]:
    """Return what a build depends on beside Go and the sources."""
    return EDITS, _turns()


def _turns() -> str:
    return (Path(__file__).parent / "turns.go").read_text()


class OtherLibraryError(Exception):
    """Raised where a Go's library is another than the edits are for."""


def overlay(library: Path, folder: Path) -> Path:
    """Write what -overlay takes into the folder; return its file. Raises OtherLibraryError.

    `library` is the folder src of the toolchain's root.
    """
    texts: dict[str, str] = {}
    for edit in EDITS:
        text = texts.get(edit.file) or _read(library, edit.file)
        if text.count(edit.old) != 1:
            raise OtherLibraryError(edit.file)
        texts[edit.file] = text.replace(edit.old, edit.new)
    texts["runtime/turns.go"] = _turns()
    replaced = {}
    for number, (file, text) in enumerate(texts.items()):
        replaced[str(library / file)] = str(folder / f"{number}.go")
        (folder / f"{number}.go").write_text(text)
    description = folder / "overlay.json"
    description.write_text(json.dumps({"Replace": replaced}))
    return description


def _read(library: Path, file: str) -> str:
    try:
        return (library / file).read_text()
    except OSError:
        raise OtherLibraryError(file) from None
