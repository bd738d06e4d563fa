"""The table of the libraries: fill it, and compare it with what is expected."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

import msgspec

from parity.contract.outcome import Exit
from parity.errors import CannotJudge
from parity.execution import toolchain
from parity.execution.subject import port_sources
from parity.guide.claim import Heard, TableFields
from parity.guide.ending import run_to_end
from parity.guide.libraries.cell import ABSENT, Cell
from parity.guide.libraries.cost import ratios

GO_PROGRAM = Path(__file__).parent / "golang"

TIMEOUT_S = 120.0

COLUMNS = {
    "go": "Go channel",
    "port": "the port's channel",
    "asyncio": "asyncio.Queue",
    "anyio": "anyio streams",
    "trio": "trio channels",
    "aiochannel": "aiochannel",
    "culsans": "culsans",
    "janus": "janus",
    "queue": "queue.Queue",
}

PACKAGES = ("anyio", "trio", "aiochannel", "culsans", "janus")
"""The columns with a version of their own. The other queues belong to Python."""

PROMISES = {
    "rendezvous": "A send to size 0 waits for its receiver",
    "order": "Nobody overtakes a blocked sender",
    "buffered": "A close leaves what is in the buffer",
    "blocked": "A close tells a blocked sender",
    "received": "A cancelled receive loses no item",
    "sent": "A cancelled send has sent nothing",
    "select": "There is a fair select",
    "herd": "One item wakes one receiver",
    "cost": "Processor time of a job, in that of asyncio.Queue",
}

Table = Mapping[str, Mapping[str, Cell]]
"""The cells, by the column and the promise."""


def hear() -> Heard:
    """Fill the table afresh. Raises CannotJudge if a column does not end."""
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        running = {name: pool.submit(_column, name) for name in COLUMNS}
        cells = {name: list(column.result()) for name, column in running.items()}
    # Alone, since its figures are compared.
    costs_ns = msgspec.json.decode(_printed_by_python("cost"), type=dict[str, list[int]])
    [cost_of_go] = [cell for cell in cells["go"] if cell.promise == "cost"]
    cells["go"].remove(cost_of_go)
    costs_ns["go"] = [int(cost_of_go.word)] * len(costs_ns["asyncio"])
    ratio = ratios(costs_ns)
    for name, column in cells.items():
        column.append(
            Cell("cost", f"{ratio[name]:.2f}", f"{median(costs_ns[name]) / 1000:.1f} µs")
            if name in ratio
            else Cell("cost", ABSENT, "")
        )
    return Heard(stdout=msgspec.json.encode(cells).decode(), stderr="", exit=Exit(status=0))


def _column(name: str) -> list[Cell]:
    if name != "go":
        return msgspec.json.decode(_printed_by_python(name), type=list[Cell])
    program = toolchain.build("real", GO_PROGRAM, package=".")
    lines = _printed(name, [str(program)]).splitlines()
    return [msgspec.json.decode(line, type=Cell) for line in lines]


def _printed_by_python(name: str) -> bytes:
    module = "parity.guide.libraries.column"
    return _printed(name, [sys.executable, "-P", "-m", module, str(port_sources()), name])


def _printed(name: str, command: list[str]) -> bytes:
    ended = run_to_end(f"the column {name}", command, os.environ, TIMEOUT_S)
    if ended.exit != Exit(status=0):
        said = ended.stderr.decode().strip().splitlines()[-1:] or ["nothing on stderr"]
        raise CannotJudge(f"the column {name} ended with {ended.exit}: {said[0]}")
    return ended.stdout


def table(heard: Heard) -> Table:
    """Return the cells from what was printed."""
    columns = msgspec.json.decode(heard.stdout, type=dict[str, list[Cell]])
    return {name: {cell.promise: cell for cell in cells} for name, cells in columns.items()}


def versions() -> str:
    """Return the versions of the libraries, in words."""
    found = ((name, _version(name)) for name in PACKAGES)
    return ", ".join(f"{name} {number or 'not installed'}" for name, number in found)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def named(column: str) -> str:
    """Return the library with its version."""
    if column == "go":
        return toolchain.find_go().version
    if column in PACKAGES:
        return f"{COLUMNS[column]} {_version(column) or ''}".rstrip()
    return f"{COLUMNS[column]} in Python {platform.python_version()}"


def expected(
    fields: TableFields,
    promise: str,
    column: str,
    python: tuple[int, ...] = sys.version_info[:2],
) -> str:
    """Return the word for the cell. `column@3.13` is the word from Python 3.13 on."""
    words = fields.promises[promise]
    since = {_since(key): word for key, word in words.items() if key.partition("@")[0] == column}
    return since[max(number for number in since if number <= python)]


def _since(key: str) -> tuple[int, ...]:
    number = key.partition("@")[2]
    return tuple(map(int, number.split("."))) if number else ()


def flaw_of_table(fields: TableFields) -> str | None:
    """Return what is missing from the table, or does not belong there."""
    if list(fields.promises) != list(PROMISES):
        return f"the table wants the promises {', '.join(PROMISES)}, in this order"
    for promise, words in fields.promises.items():
        if missing := [column for column in COLUMNS if column not in words]:
            return f"{promise} has no word for {missing[0]}"
        if unknown := [key for key in words if key.partition("@")[0] not in COLUMNS]:
            return f"{promise} has {unknown[0]!r}, which is no column"
    return None


def unexpected(fields: TableFields, heard: Heard) -> str | None:
    """Return which cells are not as expected. Name the library and its version."""
    return "; ".join(_wrong_cells(fields, table(heard))) or None


def _wrong_cells(fields: TableFields, cells: Table) -> Iterator[str]:
    for promise in PROMISES:
        for column in COLUMNS:
            cell, word = cells[column][promise], expected(fields, promise, column)
            if cell.word != ABSENT and not _fits(cell.word, word):
                seen = f"{cell.word!r} ({cell.evidence})"
                yield f"{named(column)}, {promise}: {seen}, expected {word!r}"


def _fits(word: str, expected: str) -> bool:
    low, dots, high = expected.partition("..")
    return float(low) <= float(word) <= float(high) if dots else word == expected
