"""Cut twin sources at the names that both define, so that each part stands beside its twin."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

_GO_DEFINES = re.compile(r"(?:func (?:\(\w+ \*?(\w+)\) )?|type )(\w+)")


class Construct(NamedTuple):
    name: str  # the same in both languages; empty before the first name
    text: str


def rows(go: str, python: str) -> list[tuple[str, str]]:
    """Return the two sources in rows. Each row but the first begins with a name of both.

    What only one of them defines stays in the row before it.
    """
    left, right = go_constructs(go), python_constructs(python)
    names = [[construct.name for construct in side] for side in (left, right)]
    shared = SequenceMatcher(None, names[0], names[1], autojunk=False).get_matching_blocks()
    cuts = [(0, 0), *((a + i, b + i) for a, b, size in shared for i in range(size))]
    cuts = [*dict.fromkeys(cuts), (len(left), len(right))]
    return [
        (_joined(left[a:next_a]), _joined(right[b:next_b]))
        for (a, b), (next_a, next_b) in pairwise(cuts)
    ]


def go_constructs(text: str) -> list[Construct]:
    """Return the parts of a Go file: its functions and types, each with its comment."""
    lines = text.splitlines()
    starts = []
    for number, line in enumerate(lines):
        if found := _GO_DEFINES.match(line):
            starts.append((_with_comment(lines, number, "//"), _name(found[1], found[2])))
    return list(_cut(lines, starts))


def python_constructs(text: str) -> list[Construct]:
    """Return the parts of a Python file: its functions, its classes, and their methods."""
    lines = text.splitlines()
    starts = [
        (_with_comment(lines, number, "#"), name)
        for number, name in _definitions(ast.parse(text).body, "")
    ]
    return list(_cut(lines, starts))


def _definitions(body: list[ast.stmt], owner: str) -> Iterator[tuple[int, str]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if node.name != "__init__":  # Go has no constructor, so __init__ stays with its class.
                yield first - 1, _name(owner, node.name)
        if isinstance(node, ast.ClassDef):
            yield from _definitions(node.body, node.name)


def _name(owner: str | None, name: str) -> str:
    return f"{owner or ''}.{name}".replace("_", "").lower()


def _with_comment(lines: list[str], number: int, sign: str) -> int:
    while number and lines[number - 1].lstrip().startswith(sign):
        number -= 1
    return number


def _cut(lines: list[str], starts: list[tuple[int, str]]) -> Iterator[Construct]:
    bounds = [(0, ""), *starts, (len(lines), "")]
    for (start, name), (end, _) in pairwise(bounds):
        yield Construct(name, "\n".join(lines[start:end]).strip("\n"))


def _joined(constructs: list[Construct]) -> str:
    return "\n\n".join(construct.text for construct in constructs if construct.text)
