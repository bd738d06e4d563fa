"""The command line: parse, validate, run, report, in that order."""

from __future__ import annotations

import sys


def main() -> None:
    # Nothing is loaded before this `try`: Ctrl+C may come as soon as there is a process.
    try:
        from parity.cli.command import obeyed

        status = obeyed()
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)
