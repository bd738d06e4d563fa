"""A check for each statement of the contract's page; the import of this package finds them all."""

from importlib import import_module

import pytest

ABOUT = ("flags", "output", "extensions", "levels", "metrics", "behaviour")

# Without this, a check that fails would not tell the values that it compared.
pytest.register_assert_rewrite(*(f"{__name__}.{name}" for name in ("page", *ABOUT)))
for name in ABOUT:
    import_module(f"{__name__}.{name}")
