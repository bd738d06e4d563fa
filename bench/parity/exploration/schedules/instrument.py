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
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from parity.exploration.schedules.controller import Controller

if TYPE_CHECKING:
    from py_port.internal.events import Event

POINT = "__may_yield__"
LIKELIHOODS = (0.5, 0.2, 0.05)
"""The chance that a task yields at a point, and then again. Each run draws one of these."""

SHORT_TURNS = 0.5
"""The chance that the channels of a run have short turns."""


class Compiled:
    """A module that is found, read and compiled once, and executed as often as it is needed."""

    def __init__(self, name: str, *, preemptible: bool) -> None:
        """Compile the module, with points in it if it is to be preemptible."""
        spec = find_spec(name)
        assert spec
        assert spec.origin
        tree: ast.Module = ast.parse(Path(spec.origin).read_bytes(), spec.origin)
        if preemptible:
            points = _Points(name.rpartition(".")[2])
            tree = ast.fix_missing_locations(points.visit(tree))
        self.name = name
        self._code: CodeType = compile(tree, spec.origin, "exec")

    def load(self, name: str) -> ModuleType:
        """Execute the module under this name, in place of the module that has the name."""
        module = sys.modules[name] = module_from_spec(ModuleSpec(name, None))
        exec(self._code, module.__dict__)  # noqa: S102 - It is the port, as runpy would run it.
        return module


def begin(chance: random.Random, schedule: str = "", backend: str = "asyncio") -> None:
    """Let tasks yield at the points of modules from now on.

    With a schedule, a task yields until it is its turn, and its select takes the scheduled arm.
    """
    pass_on, current_task = _scheduler_of(backend)
    likelihood = chance.choice(LIKELIHOODS)
    controller = Controller(schedule)

    async def wait_for_turn(module: str, emits: bool) -> None:
        await controller.wait_for_turn(current_task(), module, emits=emits, pass_on=pass_on)

    async def yield_at_random(*_: object) -> None:
        while chance.random() < likelihood:
            await pass_on()

    setattr(builtins, POINT, wait_for_turn if schedule else yield_at_random)
    if schedule:
        _follow(controller, current_task)
    elif chance.random() < SHORT_TURNS:
        _shorten_turns()


def _shorten_turns() -> None:
    """Let a channel end its turn after an item or two, and not only where its queue is long."""
    from py_port.internal.golang import channel

    channel.TURN, channel.SENDS = 1, 2


def _scheduler_of(
    backend: str,
) -> tuple[Callable[[], Awaitable[object]], Callable[[], Hashable]]:
    """Return what yields to the other tasks, and what returns the task that runs.

    Anyio has both, but it looks for the backend at each call, which takes longer than the call.
    """
    if backend == "trio":
        from trio.lowlevel import checkpoint, current_task

        return checkpoint, current_task
    import asyncio

    return partial(asyncio.sleep, 0), asyncio.current_task


def _follow(controller: Controller, current_task: Callable[[], Hashable]) -> None:
    """Tell the controller of events and of the cancel, and let it decide select's coin."""
    from py_port.internal import log
    from py_port.internal.golang import context as go_context
    from py_port.internal.golang import select as go_select

    emit, cancel, by_chance = log.Log.emit, go_context.Context.cancel, go_select.heads

    def emit_in_turn(self: log.Log, event: Event, **fields: Any) -> None:
        controller.on_event(current_task())
        emit(self, event, **fields)

    def cancel_in_turn(self: go_context.Context) -> None:
        cancel(self)
        controller.on_cancel()

    def heads() -> bool:
        scheduled = controller.takes_context(current_task())
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
