"""One trial of a mutant: a forked process replaces the module and runs the tests."""

from __future__ import annotations

import ast
import gc
import importlib.util
import os
import resource
import select
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import Phase, settings

from tests.mutation.operators import Mutant

Fate = Literal["killed", "timed out", "survived"]

WALL_S = 600.0
MEMORY_BYTES = 4 << 30
CPU_S = 25
"""The limit for a mutant with endless states, or an endless loop. The tests take about 9 s.

It is processor time, as how much of that a process gets in a minute depends on the machine.
"""


def source_of(module: str) -> str:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).read_text(encoding="utf-8")


def original(module: str) -> Mutant:
    """Return the unchanged module, which its tests must let live."""
    source = source_of(module)
    first = ast.parse(source).body[0]
    return Mutant(module, source, "", 0, first, first)


def fate(mutant: Mutant, tests: Sequence[str]) -> Fate:
    """Run the tests on the mutant until one fails, or time is up."""
    gc.freeze()  # A collection in the fork would go through all that is here, mutants above all.
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        _be_the_mutant(mutant, tests)
    ended = os.pidfd_open(pid)
    try:
        if not select.select([ended], [], [], WALL_S)[0]:
            return "timed out"
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        pid = 0
        return {0: "survived", -signal.SIGXCPU: "timed out"}.get(status, "killed")
    finally:
        os.close(ended)
        if pid:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _be_the_mutant(mutant: Mutant, tests: Sequence[str]) -> None:
    """Run the tests and exit with their status; never return."""
    status = 3
    try:
        silence = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(silence, fd)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
        _import_mutated(mutant)
        status = _pytest(tests)
    finally:
        os._exit(status)


def _import_mutated(mutant: Mutant) -> None:
    assert mutant.module not in sys.modules, "the original must not have been imported"
    spec = importlib.util.find_spec(mutant.module)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[mutant.module] = module
    exec(compile(mutant.tree(), f"<{mutant}>", "exec"), module.__dict__)


def _pytest(tests: Sequence[str]) -> int:
    # Without shrinking: that it fails is enough. Without chance, so that a score is repeatable.
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        phases=phases,
        report_multiple_bugs=False,
    )
    settings.load_profile("mutation")
    # No more than they need: conftest.py would import half the harness, for every mutant anew.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-x", "-q", "--assert=plain", "--noconftest", "-p", "no:cacheprovider"]
    options += ["-o", "addopts="]  # In this process, and in no other: the mutant is here.
    # Hypothesis looks for who refers to its PRNG, and does not find what gc.freeze() hides.
    options += ["-W", "ignore:It looks like `register_random`:hypothesis.errors.HypothesisWarning"]
    return pytest.main([*options, "-p", "pytest_timeout", *tests])
