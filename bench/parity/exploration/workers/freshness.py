"""Making a process that has run the port look like one that has not.

A run starts with what the program's own start would find: the standard descriptors, no other ones,
the default signals, the environment, and modules whose names are those of their loading.

This does not undo what a program has changed inside of an object, such as a list of a module. The
port keeps nothing there, but a changed copy may. So no fault is told of a run that was not its
process's first: see worker.py.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from parity.execution.launcher import PACKAGE

_LIMIT = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
FDS = 256 if not 0 <= _LIMIT < 272 else _LIMIT - 16
"""More descriptors than a worker or a run opens. Those from here on stay open."""


class Names:
    """The names in the port's modules and classes, and what they mean before the first run."""

    def __init__(self, others: Iterable[ModuleType]) -> None:
        """Take note of the modules that are loaded, and of others, which may take their places."""
        self._loaded = {name: module for name, module in sys.modules.items() if _is_port(name)}
        modules = [*self._loaded.values(), *others]
        self._modules = [(vars(module), dict(vars(module))) for module in modules]
        self._classes = [(one, dict(vars(one))) for module in modules for one in _classes(module)]

    def restore(self) -> None:
        """Undo what a run has assigned."""
        sys.modules.update(self._loaded)
        for names, before in self._modules:
            if names != before:
                names.clear()
                names.update(before)
        for one, attributes in self._classes:
            if vars(one) != attributes:
                _restore(one, attributes)


def _is_port(name: str) -> bool:
    return name == PACKAGE or name.startswith(f"{PACKAGE}.")


def _classes(module: ModuleType) -> Iterator[type[Any]]:
    """Yield the classes that the module defines."""
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield value


def _restore(one: type[Any], before: Mapping[str, object]) -> None:
    now = dict(vars(one))
    for name in now.keys() - before.keys():
        delattr(one, name)
    for name, value in before.items():
        if now.get(name) is not value:
            setattr(one, name, value)


def look_fresh(environment: Mapping[str, str], outputs: tuple[int, int]) -> None:
    """Have only the standard descriptors, the default signals, and this environment."""
    connect(os.open(os.devnull, os.O_RDONLY), *outputs)
    os.closerange(3, FDS)
    signal.set_wakeup_fd(-1)
    for signum in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(signum, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if dict(os.environ) != environment:
        os.environ.clear()
        os.environ.update(environment)


def connect(*fds: int) -> None:
    """Make these the standard descriptors."""
    for standard, fd in enumerate(fds):
        os.dup2(fd, standard)


def nothing_runs() -> bool:
    """Whether the run has left no thread and no child."""
    if threading.active_count() > 1:
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False


def drop_garbage() -> None:
    """Free what the run left, unheard: a program that exits frees nothing, and says nothing."""
    null = os.open(os.devnull, os.O_RDWR)
    connect(null, null, null)
    gc.collect()
