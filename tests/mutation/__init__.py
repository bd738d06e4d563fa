"""Mutants of the checker itself: would its tests notice if it were wrong?

    uv run python -m tests.mutation [MODULE]... [--sample N] [--seed N]

Each module of the checker is changed at one place at a time (a comparison, a constant, a statement
left out, ...), and the quick tests that concern it run on it. A mutant that they let live is a
missing test, or is equivalent to the original, which equivalent.toml then argues.
"""
