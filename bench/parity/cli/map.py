"""`parity map`: a draft of a map, from a log."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from parity.cli import options
from parity.errors import CannotJudge


def draft_map(
    source: Annotated[
        Path | None, options.named_path("--from", "the log whose lines are looked at", "FILE")
    ] = None,
) -> None:
    from parity.checker.saved_trace import read_file
    from parity.contract.draft import draft

    if not source:
        raise CannotJudge("nothing to draft a map from: give --from FILE")
    lines = read_file(source).decode(errors="replace").replace("\r\n", "\n").split("\n")
    try:
        sys.stdout.write(draft(lines))
    except CannotJudge as problem:
        raise CannotJudge(f"{source}: {problem}") from None
