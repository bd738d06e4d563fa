"""Mutating the checker: the changes that are made, and whether dead mutants are found dead."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter

from tests.mutation.__main__ import CONCERNED, equivalents
from tests.mutation.operators import mutants
from tests.mutation.trial import source_of
from tests.support.programs import ROOT

SOURCE = '''
def found(items, limit):
    """Say nothing of this."""
    if len(items) < limit and limit:
        raise ValueError(f"at most {limit + 1}")
    return "few"
'''


def test_each_mutant_changes_one_place_in_one_way() -> None:
    assert {mutant.key for mutant in mutants("m", SOURCE)} == {
        "found: if len(items) < limit and limit: -> if not (len(items) < limit and limit):",
        "found: if len(items) < limit and limit: -> if len(items) < limit or limit:",
        "found: if len(items) < limit and limit: -> if len(items) <= limit and limit:",
        "found: if len(items) < limit and limit: -> if len(items) >= limit and limit:",
        "found: if len(items) < limit and limit: -> if len(items) < limit:",
        "found: if len(items) < limit and limit: -> if limit:",
        "found: raise ValueError(f'at most {limit + 1}') -> pass",
        "found: raise ValueError(f'at most {limit + 1}') -> raise ValueError(f'at most {limit - 1}')",
        "found: raise ValueError(f'at most {limit + 1}') -> raise ValueError(f'at most {limit + 2}')",
        "found: raise ValueError(f'at most {limit + 1}') -> raise ValueError(f'at most {limit + 0}')",
        "found: return 'few' -> pass",
        "found: return 'few' -> return '~'",
    }


def test_a_mutated_module_differs_from_the_original_only_by_its_change() -> None:
    original = ast.unparse(ast.parse(SOURCE)).splitlines()
    for mutant in mutants("m", SOURCE):
        changed = ast.unparse(mutant.tree()).splitlines()
        pairs = zip(original, changed, strict=True)
        differing = [(one.strip(), other.strip()) for one, other in pairs if one != other]
        assert [f"found: {one} -> {other}" for one, other in differing] == [mutant.key]


def test_each_argument_for_equivalence_belongs_to_one_existing_mutant() -> None:
    for module, argued in equivalents().items():
        keys = Counter(mutant.key for mutant in mutants(module, source_of(module)))
        assert {key: keys[key] for key in argued} == dict.fromkeys(argued, 1)
        assert all(len(reason.split()) > 5 for reason in argued.values())
    assert set(equivalents()) <= set(CONCERNED)


TRIAL = """
from tests.mutation.operators import mutants
from tests.mutation.trial import fate, original, source_of
name, tests = "parity.checker.local_order", ["tests/checker/test_local_order.py"]
gone = "Reading.after_pool_starting: raise Broken('main/starts-first', told) -> pass"
[dead] = [m for m in mutants(name, source_of(name)) if m.key == gone]
print(fate(original(name), tests), fate(dead, tests))
"""


def test_a_failing_test_kills_a_mutant_but_not_the_original() -> None:
    command = [sys.executable, "-c", TRIAL]
    run = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT)
    assert (run.stdout, run.stderr) == ("survived killed\n", "")
