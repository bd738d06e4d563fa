"""A process that a test has started."""

from __future__ import annotations

import subprocess
from types import TracebackType
from typing import Any


class Started(subprocess.Popen[Any]):
    """At the end of its `with` block it is awaited, but killed if the test has failed.

    It may be one that would run for minutes.
    """

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if kind:
            self.kill()
        super().__exit__(kind, error, where)
