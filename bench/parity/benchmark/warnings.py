"""Warnings about a result, each with its remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parity.benchmark.result import Machine, Ratio, Series, Settings

ENOUGH_BLOCKS = 30
STEADY_GOVERNORS = ("performance",)
BUSY = 0.5
"""How many other processes may want to run at the start, for each core."""

CHANCE = 0.05
"""The share of controls outside of their 95 % interval, even on a quiet machine."""

MANY_OUTLIERS = 0.1


def warnings(
    machine: Machine,
    settings: Settings,
    series: Sequence[Series],
    ratios: Sequence[Ratio],
    *,
    budget_s: float | None,
) -> Iterator[str]:
    """Yield the warnings. `budget_s` is the time limit that ended the measurement, if one did."""
    if settings.complete < settings.blocks:
        measured = f"only {settings.complete} of {settings.blocks} blocks were measured"
        if budget_s is None:
            yield f"{measured}: let it run to its end"
        else:
            yield (
                f"{measured}, as the {budget_s:g} s for them were over: "
                f"--blocks {settings.blocks} takes the time that they need"
            )
    if settings.blocks < ENOUGH_BLOCKS:
        yield (
            f"{settings.blocks} blocks give wide intervals: use --blocks {ENOUGH_BLOCKS} or more"
        )
    if machine.governor and machine.governor not in STEADY_GOVERNORS:
        yield (
            f"the processor's frequency is left to the governor '{machine.governor}': "
            "set 'performance' while you measure"
        )
    if machine.load[0] > BUSY * machine.cores:
        yield (
            f"the machine was busy before it began (load {machine.load[0]:g} on {machine.cores} "
            "cores): end what else is running, and measure again"
        )
    yield from _noise(ratios)
    yield from _lost(series)
    yield from _far(series)


def _noise(ratios: Sequence[Ratio]) -> Iterator[str]:
    """Judge noise by the controls: without noise, the reference beside itself has ratio 1."""
    controls = [ratio for ratio in ratios if ratio.control]
    off = [one for one in controls if not one.ratio.low <= 1 <= one.ratio.high]
    if off and len(off) > 2 * CHANCE * len(controls):
        worst = max(off, key=lambda one: abs(one.ratio.value - 1))
        yield (
            f"the machine is too noisy: {worst.reference} beside itself is {worst.ratio.value:.2f} "
            f"({worst.figure}), and 1 is outside the interval in {len(off)} of {len(controls)} "
            "controls; measure on a quieter machine, or with more --blocks"
        )


def _lost(series: Sequence[Series]) -> Iterator[str]:
    lost = [one for one in series if one.median is None]
    if lost:
        yield (
            f"{lost[0].arm} took no longer with jobs than without in '{lost[0].figure}'"
            f"{_and_more(lost)}: give it more --jobs"
        )


def _far(series: Sequence[Series]) -> Iterator[str]:
    many = [s for s in series if len(s.outliers) > max(1, MANY_OUTLIERS * len(s.known))]
    if many:
        yield (
            f"more than a tenth of the samples of {many[0].arm} in '{many[0].figure}'"
            f"{_and_more(many)} are outliers, which are flagged and kept: "
            "end what else is running, and measure again"
        )


def _and_more(those: Sequence[Series]) -> str:
    return f" and {len(those) - 1} more" if len(those) > 1 else ""
