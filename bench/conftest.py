"""What the suites share: the garbage collector is off, the ratios are printed, a JSON is kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from peers import no_lifecycle_lines


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Have one process: what runs beside another is not measured, but disturbed."""
    config.option.numprocesses = 0
    config.option.dist = "no"


def pytest_configure(config: pytest.Config) -> None:
    """Group what is comparable, and keep each run's figures."""
    config.option.benchmark_group_by = "group"
    config.option.benchmark_autosave = True
    config.option.benchmark_storage = f"file://{Path(__file__).parent / '.benchmarks'}"


@pytest.fixture(autouse=True)
def undisturbed() -> Iterator[None]:
    with no_lifecycle_lines():
        gc.collect()
        gc.disable()
        yield
        gc.enable()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the ratios, of which the benchmarks' table knows nothing."""
    session = terminalreporter.config._benchmarksession
    told = [b for b in session.benchmarks if "ratios" in b.extra_info]
    if told:
        terminalreporter.section("the port, as ratios to its base in the same block")
    for benchmark in told:
        info = benchmark.extra_info
        ratios = "  ".join(f"{name} {ratio:5.2f}" for name, ratio in info["ratios"].items())
        cell = benchmark.name.partition("[")[2].rstrip("]")
        terminalreporter.write_line(f"{cell:24} {ratios}  (goal {info['goal']}, {info['base']})")
