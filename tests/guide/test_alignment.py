"""Twin sources side by side: each part begins beside its twin."""

from __future__ import annotations

import ast

import pytest
from parity.guide.alignment import rows

from tests.support.programs import GO_DIR, ROOT

GO = """package main

// Box holds one.
type Box struct{ n int }

// Put adds.
func (b *Box) Put() {
}

func onlyInGo() {
}

// main runs.
func main() {
}
"""
PYTHON = '''"""It holds one."""

import anyio


class Box:
    def __init__(self) -> None:
        self.n = 0

    # It adds.
    def put(self) -> None:
        self.n += 1


async def main() -> None:
    def inner() -> None: ...


if __name__ == "__main__":
    anyio.run(main)
'''


def test_each_row_begins_with_what_both_define() -> None:
    firsts = [(left.splitlines()[0], right.splitlines()[0]) for left, right in rows(GO, PYTHON)]
    assert firsts == [
        ("package main", '"""It holds one."""'),
        ("// Box holds one.", "class Box:"),
        ("// Put adds.", "    # It adds."),
        ("// main runs.", "async def main() -> None:"),
    ]


def test_what_only_one_defines_stays_with_what_comes_before_it() -> None:
    *_, (put, _), (_, main) = rows(GO, PYTHON)
    assert put.endswith("func onlyInGo() {\n}")
    assert main.endswith("anyio.run(main)")


def test_sources_without_a_common_name_are_one_row() -> None:
    assert rows("package a\n\nfunc x() {\n}\n", "y = 1\n") == [
        ("package a\n\nfunc x() {\n}", "y = 1")
    ]


@pytest.mark.parametrize("topic", sorted(p.parent.name for p in GO_DIR.glob("guide/*/main.go")))
def test_the_rows_of_a_guide_program_are_its_whole_text(topic: str) -> None:
    go = (GO_DIR / f"guide/{topic}/main.go").read_text()
    python = (ROOT / f"py_port/guide/{topic}/main.py").read_text()
    parts = rows(go, python)
    assert len(parts) >= 2, "main is in both"
    assert " ".join(left for left, _ in parts).split() == go.split()
    whole = "\n".join(right for _, right in parts)
    assert ast.dump(ast.parse(whole)) == ast.dump(ast.parse(python))
