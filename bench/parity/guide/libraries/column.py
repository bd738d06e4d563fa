"""Fill one column of the table: `python -m parity.guide.libraries.column PORT COLUMN`.

PORT is the folder of py_port. The cells are printed as JSON. For the column `cost`, the costs of a
job with each library are printed.
"""

from __future__ import annotations

import sys

import msgspec

from parity.execution.launcher import load_package
from parity.guide.libraries import threads
from parity.guide.libraries.adapters import LIBRARIES
from parity.guide.libraries.cell import ABSENT, Cell
from parity.guide.libraries.cost import costs_ns
from parity.guide.libraries.promises import EXPERIMENTS, cells


def column(name: str) -> list[Cell]:
    if name == "queue":
        return list(threads.cells())
    try:
        return list(cells(LIBRARIES[name]))
    except ImportError as error:
        return [Cell(promise, ABSENT, str(error)) for promise in EXPERIMENTS]


if __name__ == "__main__":
    load_package(sys.argv[1])
    found = costs_ns() if sys.argv[2] == "cost" else column(sys.argv[2])
    sys.stdout.write(msgspec.json.encode(found).decode())
