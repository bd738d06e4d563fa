"""The directive `libraries` for Sphinx: the table, and the details of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from parity.errors import CannotJudge
from parity.guide.claim_reader import table_of
from parity.guide.libraries import table
from parity.guide.libraries.cell import Cell
from parity.guide.results import runs_of
from parity.guide.verdict import broken


class Libraries(Directive):
    """The table. The argument says what it shows. The content lists the expected cells."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        place = f"{self.state.document.current_source}:{self.lineno}"
        try:
            claim = table_of(self.arguments[0], "\n".join(self.content), place)
            [run] = runs_of(claim.fields)
        except CannotJudge as problem:
            where = "" if str(problem).startswith(place) else f"{place}: "
            raise ExtensionError(f"{where}{problem}") from None
        if why := broken(claim, run):
            raise ExtensionError(f"{place}: a cell is not as expected: {why}")
        ran_with = f"Run when this page was built, with {table.versions()}."
        return [
            _shown(claim.title, table.table(run["table"])),
            nodes.paragraph("", ran_with, classes=["source"]),
        ]


def _shown(title: str, cells: table.Table) -> nodes.Node:
    shown = nodes.table("", nodes.title("", title), classes=["libraries"])
    group = nodes.tgroup(cols=1 + len(table.COLUMNS))
    group += [nodes.colspec(colwidth=1) for _ in range(1 + len(table.COLUMNS))]
    group += nodes.thead("", _row([_plain("Promise"), *map(_plain, table.COLUMNS.values())]))
    body = nodes.tbody()
    for promise, words in table.PROMISES.items():
        row = [_cell(cells[column][promise], of_go=column == "go") for column in table.COLUMNS]
        body += _row([_plain(words), *row])
    group += body
    shown += group
    return shown


def _row(cells: Sequence[nodes.Node]) -> nodes.Node:
    return nodes.row("", *cells)


def _plain(text: str) -> nodes.Node:
    return nodes.entry("", nodes.paragraph("", text))


def _cell(cell: Cell, *, of_go: bool) -> nodes.Node:
    """Return the word. For Go, and where a promise is broken, add what was seen."""
    kept = cell.word == "yes"
    word = nodes.paragraph("", cell.word, classes=["kept" if kept else "other"])
    entry = nodes.entry("", word)
    if cell.evidence and (of_go or not kept):
        entry += nodes.paragraph("", cell.evidence, classes=["seen"])
    return entry


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("libraries", Libraries)
    return {"version": "1", "parallel_read_safe": True}
