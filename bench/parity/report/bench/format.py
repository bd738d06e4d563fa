"""Write the figures of a measurement with three significant digits and a unit."""

from __future__ import annotations

from parity.benchmark.result import Figure, Interval, Report, Scaling, Unit
from parity.report.console.figures import NOT_KNOWN, duration, rate, size

FLAT = 0.1
"""A cost that grows by less than this power counts as flat."""


def three(value: float) -> str:
    """Write the value with three significant digits: 0.0371, 6.19, 1,234."""
    return rate(value) if value >= 0.9995 else f"{value:.3g}"


def cost(value: float | None, unit: Unit) -> str:
    """Write a cost: 170 ns, 1.26 µs, 6.12 kB."""
    if value is None:
        return NOT_KNOWN
    if unit == "ns":
        return duration(round(value)) if value >= 1000 else f"{three(value)} ns"
    return size(round(value)) if value >= 1e6 else f"{three(value / 1e3)} kB"


def factor(ratio: Interval) -> str:
    return f"{three(ratio.value)}x ({spread(ratio)})"


def spread(ratio: Interval) -> str:
    """Write the interval's ends, with fewer digits: 5.34-6.71, 0.35-0.84."""
    return "-".join(rate(end) if end >= 0.0995 else three(end) for end in (ratio.low, ratio.high))


def power(scaling: Scaling) -> str:
    """Write the fitted law: workers^0.03 (0.01 to 0.05)."""
    one = scaling.exponent
    return f"{scaling.against}^{one.value:.2f} ({one.low:.2f} to {one.high:.2f})"


def growth(exponent: Interval) -> str:
    """Say in a word what the interval of an exponent means."""
    if max(-exponent.low, exponent.high) <= FLAT:
        return "flat"
    if exponent.low > 0:
        return "grows"
    return "falls" if exponent.high < 0 else "unclear"


def heading(figure: Figure) -> str:
    """Return the figure's heading: its workload, and in a series its name as well."""
    return f"{figure.workload}: {figure.name}" if place(figure) else figure.workload


def label(figure: Figure) -> str:
    return place(figure) or figure.name


def place(figure: Figure) -> str:
    """Return the varied part of a figure's configuration: workers 3, queue 10."""
    return ", ".join(f"{name} {value}" for name, value in figure.place.items())


def facts(report: Report) -> tuple[str, str, str]:
    """Say on which machine, with which software and how it was measured."""
    return _hardware(report), _software(report), _settings(report)


def _hardware(report: Report) -> str:
    machine = report.machine
    governor = f", governor {machine.governor}" if machine.governor else ""
    memory = f"{three(machine.memory_bytes / 1e9)} GB"
    return f"{machine.cpu}, {machine.cores} cores{governor}, {memory}, {machine.system}"


def _software(report: Report) -> str:
    versions = ", ".join(
        f"{name} {version.removeprefix(name)}" for name, version in report.machine.versions.items()
    )
    commit = report.machine.commit
    return f"{versions}, commit {commit}" if commit else versions


def _settings(report: Report) -> str:
    said, (before, after) = report.settings, report.machine.load
    blocks = f"{said.complete} of {said.blocks}" if said.complete < said.blocks else said.blocks
    others = ", ".join(said.subjects[1:])
    return (
        f"{blocks} blocks of {report.reference} (the reference) beside {others}, "
        f"in {said.took_s:g} s from {report.machine.started} on, "
        f"seed {said.seed}, load {before:g} before and {after:g} after"
    )
