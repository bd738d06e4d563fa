"""Starts the port from the folder that was asked for: `launcher.py FOLDER FLAG...`.

The folder is an argument of its own. In PYTHONPATH, a folder with a colon in its name would be read
as two, and another port earlier on the path would run instead. Before the program starts, we check
which modules were loaded.
"""

from __future__ import annotations

import os
import runpy
import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location

PACKAGE = "py_port"
MODULE = f"{PACKAGE}.cmd.main"


class OtherSourcesError(Exception):
    """Raised if another port was loaded than the one asked for."""


def load(folder: str) -> None:
    """Load all modules of the port but main, which is later run as __main__.

    Raises OtherSourcesError if a module comes from elsewhere.
    """
    load_package(folder)
    import_module(MODULE)
    del sys.modules[MODULE]
    _check_loaded_from(folder)


def load_package(folder: str) -> None:
    """Load the port's package. Its modules are then taken from the folder."""
    init = os.path.join(folder, "__init__.py")  # noqa: PTH118 - pathlib is slow to load
    spec = spec_from_file_location(PACKAGE, init, submodule_search_locations=[folder])
    assert spec
    assert spec.loader
    package = sys.modules[PACKAGE] = module_from_spec(spec)
    spec.loader.exec_module(package)
    parent = os.path.dirname(folder)  # noqa: PTH120
    if parent not in sys.path:
        sys.path.insert(0, parent)  # for the processes that the port starts


def _check_loaded_from(folder: str) -> None:
    for name, module in sys.modules.items():
        file = getattr(module, "__file__", None) or ""
        if name.startswith(f"{PACKAGE}.") and not file.startswith(f"{folder}{os.sep}"):
            raise OtherSourcesError(f"{name} was loaded from {file}, where {folder} was asked for")


def main(folder: str, *flags: str) -> None:
    try:
        load(folder)
    except OtherSourcesError as error:
        print(error, file=sys.stderr, flush=True)
        os.abort()  # An exit status could be mistaken for the port's own.
    sys.argv = [MODULE, *flags]
    runpy.run_module(MODULE, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
