"""The port's tasks, made to give way between any two statements, as a goroutine may be preempted.

A task of anyio runs on until it waits; Go promises nothing of the kind, and the pool shall not rely
on it. So for some runs of an exploration the modules that are the counterpart of Go's (the pool,
the worker, main) are compiled with a point in front of every statement of a coroutine function
where the task may yield, at random. What Go has in its language and the port in `internal` stays
as it is: there one step of Go's runtime is many statements.
"""

from __future__ import annotations

import ast
import builtins
import random
import sys
from collections.abc import Sequence
from importlib.abc import InspectLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from pathlib import Path
from types import CodeType

POINT = "__may_yield__"
LIKELIHOODS = (0.5, 0.2, 0.05)
"""That a task gives way at a point, and again: now often, now seldom, the same for a whole run."""


class Preemptible(InspectLoader):
    """Loads a module with the points in it: found, read and compiled once, for many forks."""

    def __init__(self, name: str) -> None:
        spec = find_spec(name)
        assert spec
        assert spec.origin
        tree = _Points().visit(ast.parse(Path(spec.origin).read_bytes(), spec.origin))
        self.name = name
        self._code: CodeType = compile(ast.fix_missing_locations(tree), spec.origin, "exec")

    def get_code(self, fullname: str) -> CodeType:
        del fullname  # the loader's own
        return self._code

    def get_source(self, fullname: str) -> None:
        del fullname

    def load(self, name: str) -> None:
        """Execute the module under this name, in the place of what has the name."""
        spec = spec_from_loader(name, self)
        assert spec
        module = sys.modules[name] = module_from_spec(spec)
        self.exec_module(module)


def begin(chance: random.Random) -> None:
    """Let tasks give way at the points of the modules that are loaded from now on."""
    likelihood = chance.choice(LIKELIHOODS)

    async def may_yield() -> None:
        from anyio.lowlevel import checkpoint

        while chance.random() < likelihood:
            await checkpoint()

    setattr(builtins, POINT, may_yield)


class _Points(ast.NodeTransformer):
    """Adds `await __may_yield__()` before each statement of a coroutine function."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        docstring = int(ast.get_docstring(node) is not None)
        node.body = [*node.body[:docstring], *_with_points(node.body[docstring:])]
        return node


def _with_points(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    return [part for statement in body for part in (_point(), _inside(statement))]


def _inside(statement: ast.stmt) -> ast.stmt:
    """Put points into the blocks of a compound statement, which belong to the same function."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return statement
    if isinstance(statement, ast.AsyncFunctionDef):
        return _Points().visit_AsyncFunctionDef(statement)
    blocks = [statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]
    for block in blocks:
        for field in ("body", "orelse", "finalbody"):
            if inner := getattr(block, field, None):
                setattr(block, field, _with_points(inner))
    return statement


def _point() -> ast.stmt:
    return ast.parse(f"async def _():\n    await {POINT}()").body[0].body[0]  # type: ignore[attr-defined, no-any-return]
