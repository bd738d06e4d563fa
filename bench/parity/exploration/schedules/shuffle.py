"""The port's scheduler: its order is repeatable, and random if a run asks for that."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextvars import Context
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

PACES = (1.0, 1.0, 0.1)
"""Each task draws one of these, as its weight when ready tasks run in random order."""

_RUNTIME = "py_port.internal.runtime"
VIRTUAL_CLOCK = {
    "asyncio": f"{_RUNTIME}.virtualtime",
    "trio": f"{_RUNTIME}.virtualtime_trio",
}
"""The module of each backend's virtual clock."""


def seed_scheduler(backend: str, seed: int, *, shuffled: bool) -> None:
    """Make the order of ready tasks repeatable, and random if `shuffled`."""
    random.seed(seed)
    if backend == "trio":
        # This is not public, but hypothesis and pytest-trio do it, too. Without it, all runs would
        # have the same order. By default trio reverses a batch of ready tasks, or does not; with
        # the flag it shuffles the batch.
        schedule: Any = import_module("trio._core._run")
        schedule._r.seed(seed)
        schedule._ALLOW_DETERMINISTIC_SCHEDULING = shuffled
    elif shuffled:
        clock: Any = import_module(VIRTUAL_CLOCK["asyncio"])
        clock.VirtualTimeLoop = shuffling(clock.VirtualTimeLoop, random.Random(seed))


def shuffling(loop: type[Any], chance: random.Random) -> type[Any]:
    """Return a class of asyncio event loop that runs ready tasks in random order.

    Only the steps of tasks change places: asyncio promises the order of callbacks, but not which
    task runs first. Some tasks are slow, so that others get far ahead of them.
    """
    import asyncio

    paces: WeakKeyDictionary[asyncio.Task[Any], float] = WeakKeyDictionary()

    def pace(callback: Callable[..., object]) -> float:
        return paces.setdefault(callback.__self__, chance.choice(PACES))  # type: ignore[attr-defined]

    class ShufflingLoop(loop):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._steps: list[tuple[Context | None, Callable[..., object], tuple[Any, ...]]] = []

        def call_soon(
            self, callback: Callable[..., object], *args: Any, context: Context | None = None
        ) -> asyncio.Handle:
            if not isinstance(getattr(callback, "__self__", None), asyncio.Task):
                return super().call_soon(callback, *args, context=context)  # type: ignore[no-any-return]
            self._steps.append((context, callback, args))
            return super().call_soon(self._take_a_step)  # type: ignore[no-any-return]

        def _take_a_step(self) -> None:
            weights = [pace(callback) for _, callback, _ in self._steps]
            [index] = chance.choices(range(len(weights)), weights)
            context, callback, args = self._steps.pop(index)
            if context is None:
                callback(*args)
            else:
                context.run(callback, *args)

    return ShufflingLoop
