"""Preemption for the port: its tasks may yield between any two statements, like goroutines.

A task of anyio runs until it waits. Go does not promise that, so the pool must not rely on it.
For some runs of an exploration, the modules that mirror Go's sources (the pool, the worker, main,
the signal handler) are compiled with a point before every statement of a coroutine function. At a
point the task may yield: at random, or until the schedule says that it is its turn.

The modules for what Go has in its language stay as they are: there, one step of Go's runtime takes
many statements.
"""

from __future__ import annotations

import ast
import builtins
import random
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from parity.exploration.schedules.controller import Controller

if TYPE_CHECKING:
    from py_port.internal.events import Event

POINT = "__may_yield__"
LIKELIHOODS = (0.5, 0.2, 0.05)
"""The chance that a task yields at a point, and then again. Each run draws one of these."""


class Preemptible:
    """A module with points in it. It is found, read and compiled once for many forks."""

    def __init__(self, name: str) -> None:
        spec = find_spec(name)
        assert spec
        assert spec.origin
        points = _Points(name.rpartition(".")[2])
        tree = points.visit(ast.parse(Path(spec.origin).read_bytes(), spec.origin))
        self.name = name
        self._code: CodeType = compile(ast.fix_missing_locations(tree), spec.origin, "exec")

    def load(self, name: str) -> None:
        """Execute the module under this name, and replace the module that has the name."""
        module = sys.modules[name] = module_from_spec(ModuleSpec(name, None))
        exec(self._code, module.__dict__)  # noqa: S102 - It is the port, as runpy would run it.


def begin(chance: random.Random, schedule: str = "") -> None:
    """Let tasks yield at the points of the modules that are loaded from now on.

    With a schedule, a task yields until it is its turn, and its select takes the scheduled arm.
    """
    from anyio import get_current_task
    from anyio.lowlevel import checkpoint

    likelihood = chance.choice(LIKELIHOODS)
    controller = Controller(schedule)

    async def may_yield(module: str, emits: bool) -> None:
        if schedule:
            task = get_current_task().id
            await controller.wait_for_turn(task, module, emits=emits, pass_on=checkpoint)
            return
        while chance.random() < likelihood:
            await checkpoint()

    setattr(builtins, POINT, may_yield)
    if schedule:
        _follow(controller)


def _follow(controller: Controller) -> None:
    """Tell the controller of events and of the cancel, and let it decide select's coin."""
    from anyio import get_current_task

    from py_port.internal import log
    from py_port.internal.golang import context as go_context
    from py_port.internal.golang import select as go_select

    emit, cancel, by_chance = log.Log.emit, go_context.Context.cancel, go_select.heads

    def emit_in_turn(self: log.Log, event: Event, **fields: Any) -> None:
        controller.on_event(get_current_task().id)
        emit(self, event, **fields)

    def cancel_in_turn(self: go_context.Context) -> None:
        cancel(self)
        controller.on_cancel()

    def heads() -> bool:
        scheduled = controller.takes_context(get_current_task().id)
        return by_chance() if scheduled is None else scheduled

    log.Log.emit = emit_in_turn  # type: ignore[method-assign]
    go_context.Context.cancel = cancel_in_turn  # type: ignore[method-assign]
    go_select.heads = heads


class _Points(ast.NodeTransformer):
    """Adds `await __may_yield__(module, emits)` before each statement of a coroutine function.

    The arguments say which module it is, and whether the statement emits an event.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        if node.decorator_list:
            # A context manager's own statements are steps of its caller. Only the tasks that it
            # defines get points.
            self.generic_visit(node)
            return node
        docstring = int(ast.get_docstring(node) is not None)
        node.body = [*node.body[:docstring], *self._with_points(node.body[docstring:])]
        return node

    def _with_points(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        parts = []
        for statement in body:
            if not _asks_for_an_extension(statement):
                parts.append(_point(self._module, _emits(statement)))
            parts.append(self._inside(statement))
        return parts

    def _inside(self, statement: ast.stmt) -> ast.stmt:
        """Put points into the blocks of a compound statement, which belong to the same function."""
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            return statement
        if isinstance(statement, ast.AsyncFunctionDef):
            return self.visit_AsyncFunctionDef(statement)
        blocks = [statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]
        for block in blocks:
            for field in ("body", "orelse", "finalbody"):
                if inner := getattr(block, field, None):
                    setattr(block, field, self._with_points(inner))
        return statement


def _asks_for_an_extension(statement: ast.stmt) -> bool:
    """Whether it is `if results is not None:` or the like.

    What never changes is no step to look at.
    """
    match statement:
        case ast.If(test=ast.Compare(ops=[ast.IsNot()], comparators=[ast.Constant(None)])):
            return True
    return False


def _emits(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="emit"))):
            return True
    return False


def _point(module: str, emits: bool) -> ast.stmt:
    source = f"async def _():\n    await {POINT}({module!r}, {emits})"
    return ast.parse(source).body[0].body[0]  # type: ignore[attr-defined, no-any-return]
