"""How long a program was ready to run but had no processor: then the machine was late.

Linux counts this for each thread. A control beside the program meets other waits: on a busy machine
one thread may wait 180 ms for its turn while another waits 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from parity.execution.process_table import proc_is_ours

MOST_THREADS = 64
"""How many threads a look reads, so that it never keeps the harness from listening."""


class ProcessorWaits:
    """Follows the threads of a program and of its children."""

    def __init__(self) -> None:
        self.longest_ns = 0
        """The longest that a thread waited from one look to the next."""
        self._looks = proc_is_ours()
        self._waited_ns: dict[str, int] = {}

    def look(self, pid: int) -> None:
        """Note what the threads have waited since the last look."""
        if not self._looks:
            return
        waited_ns = dict(islice(_waits(pid), MOST_THREADS))
        for thread, total_ns in waited_ns.items():
            since_ns = total_ns - self._waited_ns.get(thread, 0)
            self.longest_ns = max(self.longest_ns, since_ns)
        self._waited_ns = waited_ns


def _waits(pid: int) -> Iterator[tuple[str, int]]:
    """Yield each thread, and how many ns it has waited since it began."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return  # It has ended.
    for thread in threads:
        try:
            yield thread.name, int((thread / "schedstat").read_bytes().split()[1])
            children = (thread / "children").read_bytes().split()
        except (OSError, IndexError):
            continue  # It has ended, or this kernel does not tell.
        for child in children:
            yield from _waits(int(child))
