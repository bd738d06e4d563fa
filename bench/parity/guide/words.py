"""The directive `words` for Sphinx: a dictionary that can be read from either language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

COLUMNS = ("Go", "Python with anyio", "in plain asyncio", "with threads", "run on the page")

FROM_GO = (
    "I know Go, and have to write Python",
    "Read each pair of programs from left to right.",
    (0, 1, 2, 3, 4),
)
FROM_PYTHON = (
    "I know Python, and have to read Go",
    "Read each pair of programs from right to left.",
    (1, 2, 3, 0, 4),
)
"""What a reader knows, how to read the guide then, and the order of the columns."""


class WordsTable(Directive):
    """Each line has five cells, separated by `|`: Go, anyio, asyncio, threads, and a page."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        rows = [[cell.strip() for cell in line.split("|")] for line in self.content if line]
        for row in rows:
            if len(row) != len(COLUMNS):
                place = f"{self.state.document.current_source}:{self.lineno}"
                raise ExtensionError(f"{place}: want {len(COLUMNS)} cells: {' | '.join(row)}")
        text = ["::::{tab-set}"]
        table = [COLUMNS, ["---"] * len(COLUMNS), *rows]
        for knows, how, order in (FROM_GO, FROM_PYTHON):
            text += [
                f":::{{tab-item}} {knows}",
                f"{how} In the table, find the word that you know.",
            ]
            text += ["", *(_line(row, order) for row in table), ":::"]
        parent = nodes.container()
        self.state.nested_parse(StringList([*text, "::::"], "words"), self.content_offset, parent)
        return parent.children


def _line(cells: Sequence[str], order: tuple[int, ...]) -> str:
    return f"| {' | '.join(cells[column] for column in order)} |"


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("words", WordsTable)
    return {"version": "1", "parallel_read_safe": True}
