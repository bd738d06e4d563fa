"""Read another program's lines by a map, one after another as they come."""

from __future__ import annotations

from parity.adapt.output import Read
from parity.contract.log_reader import MappedLine, event_told
from parity.contract.trace import Event
from parity.contract.words import Words
from parity.errors import CannotJudge


class _Numbers(dict[str, int]):
    """The number of each name: the name itself if it is one from 1 on, or else the first free.

    Not all names are known before the run has ended.
    """

    def __missing__(self, name: str) -> int:
        number = int(name) if name.isdecimal() else 0
        taken = set(self.values())
        if number < 1 or number in taken:
            number = next(n for n in range(1, len(taken) + 2) if n not in taken)
        self[name] = number
        return number


def reader(words: Words) -> Read:
    """Return a reader for the map's lines. Raises CannotJudge if the map does not tell enough."""
    if words.lacks:
        raise CannotJudge(
            f"the map lacks {min(words.lacks)}, which a wrapper cannot say for the program: "
            "judge it with `parity judge --map` instead"
        )
    if words.nameless:
        raise CannotJudge(
            "the map names no worker where a job starts or ends: "
            "judge it with `parity judge --map` instead"
        )
    workers, jobs = _Numbers(words.workers), _Numbers()

    def read(line: str) -> Event | None:
        for pattern in words.patterns:
            if match := pattern.regex.search(line):
                parts = match.groupdict()
                told = MappedLine(
                    event=pattern.event,
                    worker=parts.get("worker"),
                    job=parts.get("job"),
                    t_ns=None,  # The event's time is when its line comes.
                    payload=parts.get("payload"),
                    signal=parts.get("signal"),
                    workers=parts.get("workers"),
                    line=0,
                    more={name: parts[name] for name, _ in pattern.more},
                )
                return event_told(told, workers, jobs, 0)
        return None

    return read
