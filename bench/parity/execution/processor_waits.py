"""How long a program was ready to run but had no processor: then the machine was late.

Linux counts this for each thread. A control beside the program meets other waits: on a busy machine
one thread may wait 180 ms for its turn while another waits 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from parity.execution.process_table import proc_is_ours

APART_NS = 10_000_000
"""How far apart looks are at least."""

MOST_THREADS = 64
"""How many threads a look reads, so that it never keeps the harness from listening."""


class ProcessorWaits:
    """Follows the threads of a program and of its children."""

    longest_ns = 0
    """The longest that a thread waited from one look to the next."""

    _looked_ns = _total_ns = _marked_ns = 0

    def __init__(self) -> None:
        self._looks = proc_is_ours()
        self._waited_ns: dict[str, int] | None = None

    def mark(self) -> None:
        """Begin again to sum up what all threads wait."""
        self._marked_ns = self._total_ns

    @property
    def since_mark_ns(self) -> int:
        """How long the threads have waited since the look before the mark, taken together."""
        return self._total_ns - self._marked_ns

    def look(self, pid: int, now_ns: int) -> None:
        """Note what the threads have waited since the last look, unless that was just before.

        The first look only begins: a process may have made other runs before.
        """
        if not self._looks or now_ns - self._looked_ns < APART_NS:
            return
        self._looked_ns = now_ns
        waited_ns = dict(islice(_waits(pid), MOST_THREADS))
        if self._waited_ns is not None:
            for thread, waited in waited_ns.items():
                since_ns = waited - self._waited_ns.get(thread, 0)
                self.longest_ns = max(self.longest_ns, since_ns)
                self._total_ns += since_ns
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
