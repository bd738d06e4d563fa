"""The command: try the mutants one by one, then print the score and the survivors."""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

from tests.mutation.operators import Mutant, mutants
from tests.mutation.trial import Fate, fate, original, source_of

HERE = Path(__file__).parent
TESTS = HERE.parent

CONCERNED = {
    "parity.specification.model": (
        "checker/test_local_order.py",
        "checker/test_virtual_time.py",
        "checker/test_global_order.py",
    ),
    "parity.specification.levels": ("checker/test_levels.py", "checker/test_virtual_time.py"),
    "parity.specification.results": ("checker/test_results.py", "checker/test_global_order.py"),
    "parity.checker.global_order": ("checker/test_local_order.py", "checker/test_global_order.py"),
    "parity.checker.local_order": ("checker/test_local_order.py", "checker/test_global_order.py"),
    "parity.checker.attempts": ("checker/test_local_order.py", "checker/test_global_order.py"),
    "parity.checker.levels": ("checker/test_levels.py", "checker/test_virtual_time.py"),
    "parity.checker.results": ("checker/test_results.py", "checker/test_global_order.py"),
    "parity.checker.keepalive": ("checker/test_keepalive.py",),
    "parity.checker.scaling": (
        "checker/test_scaling_counts.py",
        "checker/test_scaling_time.py",
        "checker/test_scaling.py",
        "checker/test_global_order.py",
    ),
    "parity.checker.scaling_counts": (
        "checker/test_scaling_counts.py",
        "checker/test_scaling_time.py",
        "checker/test_scaling.py",
        "checker/test_global_order.py",
    ),
    "parity.checker.scaling_time": (
        "checker/test_scaling_time.py",
        "checker/test_virtual_time.py",
    ),
    "parity.checker.wording": ("checker/test_local_order.py", "checker/test_global_order.py"),
    "parity.checker.virtual_time": ("checker/test_virtual_time.py",),
    "parity.checker.metrics": ("checker/test_metrics.py",),
    "parity.exploration.statespace.futures": ("exploration/statespace/test_futures.py",),
    "parity.exploration.statespace.classes": ("exploration/statespace/test_classes.py",),
}
"""The modules of the checker, each with the tests that concern it, the fastest first."""

TOLD_EVERY = 25


def main() -> int:
    arguments = _arguments()
    os.nice(10)
    every = [m for name in arguments.module or CONCERNED for m in mutants(name, source_of(name))]
    argued = equivalents()
    todo = [mutant for mutant in every if mutant.key not in argued.get(mutant.module, {})]
    left_out = len(every) - len(todo)
    # In no order, so that what Ctrl+C cuts short is a sample too.
    random.Random(arguments.seed).shuffle(todo)
    todo = todo[: arguments.sample]
    for module in {mutant.module for mutant in todo}:
        if _fate(original(module)) != "survived":
            sys.exit(f"the tests of {module} fail on the original: mend them first")
    survivors, fates = _try(todo)
    tried = fates.total()
    print(f"{len(every):,} mutants, {left_out:,} of them argued equivalent; {tried:,} were tried:")
    print(", ".join(f"{count:,} {name}" for name, count in sorted(fates.items())))
    for mutant in survivors:
        print(f"survived  {mutant}")
    print(f"score {1 - len(survivors) / max(1, tried):.1%}")
    return 1 if survivors else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("module", nargs="*", metavar="MODULE", help=f"of {', '.join(CONCERNED)}")
    parser.add_argument("--sample", type=int, help="try so many, and not all")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
    arguments = parser.parse_args()
    if unknown := set(arguments.module) - set(CONCERNED):
        parser.error(f"no module of the checker: {', '.join(sorted(unknown))}")
    return arguments


def equivalents() -> dict[str, dict[str, str]]:
    """Return for each module the mutants that are argued equivalent, by key, with the reasons."""
    with (HERE / "equivalent.toml").open("rb") as file:
        return tomllib.load(file)


def _fate(mutant: Mutant) -> Fate:
    return fate(mutant, [str(TESTS / name) for name in CONCERNED[mutant.module]])


def _try(todo: list[Mutant]) -> tuple[list[Mutant], Counter[str]]:
    """Try the mutants, until Ctrl+C. Return the survivors, and the number of each fate."""
    survivors: list[Mutant] = []
    fates: Counter[str] = Counter()
    began = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt):
        for number, mutant in enumerate(todo, start=1):
            found = _fate(mutant)
            fates[found] += 1
            if found == "survived":
                survivors.append(mutant)
                print(f"survived  {mutant}", file=sys.stderr, flush=True)
            if number % TOLD_EVERY == 0:
                left_s = (time.monotonic() - began) / number * (len(todo) - number)
                print(
                    f"{number:,} of {len(todo):,}; {left_s:.0f} s left", file=sys.stderr, flush=True
                )
    return survivors, fates


if __name__ == "__main__":
    sys.exit(main())
