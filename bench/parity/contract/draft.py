"""A draft of a map, from the lines of a log: what is known, what is guessed, what is left.

Lines that differ only in numbers are of one kind. A kind with the contract's own words is known.
For each other event we take the kind whose words fit best, and mark it as a guess.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from parity.contract.counting import counted
from parity.contract.events import EXTENSION_EVENTS, FIELDS, LINES, OF_ATTEMPTS, OF_EVERY_POOL
from parity.contract.trace_reader import known_line
from parity.errors import CannotJudge

LEVEL = r"\[?(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?:? +"
TIMES = {
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+": "%Y-%m-%d %H:%M:%S.%f",
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+": "%Y-%m-%d %H:%M:%S,%f",
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d": "%Y-%m-%d %H:%M:%S",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(?:Z|[+-]\d\d:\d\d)?": "iso",
    r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d+": "%Y/%m/%d %H:%M:%S.%f",
    r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d": "%Y/%m/%d %H:%M:%S",
    r"\d{9,10}\.\d+": "s",
    r"\d{13}": "ms",
}
"""What times look like at the start of a line, and their formats."""

MOST_LINES, SAMPLE, MOST_KINDS = 300_000, 10_000, 300
"""How many lines are read, how many of their beginnings are, and how many kinds are considered."""

SURE = 1.2
"""The least score of a guess: a word that speaks for the event, and of the right one: a job, ..."""

MOST = 0.8
"""This share of the lines must have the time, or the level."""

HINTS: dict[str, str] = {
    "pool_starting": r"pool|start|launch|boot",
    "worker_started": r"worker|start|\bup\b|online|ready|spawn",
    "job_submitting": r"submit|queu|\bdue\b|\badd|produc|send|dispatch|schedul",
    "job_rejected": r"reject|refus|drop|discard",
    "job_started": r"process(?!ed)|handl|start|working|pick|tak(e|ing)|execut|running|\bbeg[ai]n",
    "job_completed": r"complet|finish|done|through|processed|succe|\bend(s|ed)?\b",
    "signal_received": r"signal|SIG[A-Z]+|interrupt|caught|received",
    "shutdown_initiated": r"shut|graceful|initiat|stopping",
    "pool_closing": r"clos(e|ing)|channel|queue",
    "pool_waiting": r"wait|joining",
    "worker_stopped": r"worker|stop|shut|exit|quit|no more|leav|end|offline",
    "pool_stopped": r"\ball\b|workers|stopped|ended|joined",
    "job_abandoned": r"abandon|left behind|lost",
    "main_done": r"main|bye|complete|exit|over|finished",
    "attempt_failed": r"attempt|fail|error|timed? ?out|exception",
    "job_retrying": r"retr(?:y|ies)|again|back.?off|delay|\bin \d",
    "attempt_started": r"attempt|\btry|again",
    "job_failed": r"gave up|giv(?:e|ing) up|dead|exhaust|perman|for good|no more",
    "result_received": r"result|outcome",
}
"""Words that speak for each event; how many of them a line has is its score."""

_NUMBER = re.compile(r"\d+")
_SIGNAL = re.compile(r"SIG[A-Z]+|\b(interrupt(ed)?|terminated?)\b")
_WORKER = re.compile(r"(worker|thread|consumer|goroutine|proc|\bw)\W*(id)?\W*$", re.I)
_ATTEMPT = re.compile(r"(attempts?|try|tries)\W*(no|number)?\W*$", re.I)
_JOB = re.compile(r"(job|task|item|message|msg|request)\W*(id)?\W*$", re.I)


class Kind(NamedTuple):
    """Lines that differ only in numbers, and in the name of a signal."""

    example: str
    lines: int


def draft(lines: Sequence[str]) -> str:
    """Return a map as TOML. Raises CannotJudge if no line seems to be about a job."""
    told = [line for line in lines[:MOST_LINES] if line.strip()]
    prefix, time = _prefix(told[:SAMPLE])
    message = re.compile(prefix)
    kinds = _kinds([line[match.end() :] for line in told if (match := message.match(line))])
    known: dict[str, tuple[Kind, str]] = {}
    rest: list[Kind] = []
    for kind in kinds:
        if found := known_line(kind.example):
            known[found[0]] = kind, found[1]
        else:
            rest.append(kind)
    guessed = _guess(rest, [event for event in OF_EVERY_POOL if event not in known])
    # Extensions come last: a pool may have none, and a line of every pool is not to be taken away.
    others = [kind for kind in rest if kind not in guessed.values()]
    guessed |= _guess(
        others, [event for event in LINES if event in EXTENSION_EVENTS - known.keys()]
    )
    if not {"job_started", "job_completed"} & (known.keys() | guessed.keys()):
        raise CannotJudge("no line looks like the start or the end of a job: write the map by hand")
    head = [f"line = {_quoted(f'^{prefix}(?P<message>.*)')}"] if prefix else []
    head += [f"time = {_quoted(time)}"] if time else []
    left = [kind for kind in rest if kind not in guessed.values()]
    return "\n".join(_toml(head, known, guessed, left)) + "\n"


def _prefix(lines: Sequence[str]) -> tuple[str, str | None]:
    """Return the pattern of the lines' beginnings, and the format of their times."""
    prefix, time = "", None
    for pattern, form in TIMES.items():
        whole = rf"\[?(?P<time>{pattern})\]? +"
        if _share(whole, lines) >= MOST:
            prefix, time = whole, form
            break
    if _share(prefix + LEVEL, lines) >= MOST:
        prefix += LEVEL
    return prefix, time


def _share(pattern: str, lines: Sequence[str]) -> float:
    compiled = re.compile(pattern)
    return sum(compiled.match(line) is not None for line in lines) / max(1, len(lines))


def _kinds(messages: Sequence[str]) -> list[Kind]:
    """Return the kinds of lines, in the order in which each first comes."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for message in messages:
        shape = _NUMBER.sub("0", _SIGNAL.sub("SIG", message))
        counts[shape] += 1
        examples.setdefault(shape, message)
    common = {shape for shape, _ in counts.most_common(MOST_KINDS)}
    return [Kind(one, counts[shape]) for shape, one in examples.items() if shape in common]


def _guess(kinds: Sequence[Kind], events: Sequence[str]) -> dict[str, Kind]:
    """Return the best kind for each event: the surest first, and each kind once."""
    scores = sorted(
        ((_score(kind, event), event, kind) for kind in kinds for event in events),
        key=lambda scored: -scored[0],
    )
    found: dict[str, Kind] = {}
    for score, event, kind in scores:
        if score > SURE and event not in found and kind not in found.values():
            found[event] = kind
    return found


def _score(kind: Kind, event: str) -> float:
    """Return how well the words fit; 0 if a number that the event needs is missing."""
    roles = _roles(kind.example, event)
    fields = FIELDS.get(event, ())
    needed = {"job"} & set(fields) or {"worker"} & set(fields)
    if not needed <= set(roles.values()):
        return 0
    hits = {match[0].lower() for match in re.finditer(HINTS[event], kind.example, re.I)}
    subject = "job" if "job" in fields else "worker"
    wanted = subject in fields
    # A line about one job or worker names it, with its number. A line about main or the pool has
    # none.
    named = bool(_NAMED[subject].search(kind.example)) == wanted
    return len(hits) + named / 2 - (bool(roles) != wanted) / 10 if hits else 0


_NAMED = {
    "job": re.compile(r"job|task|item|message|msg|request", re.I),
    "worker": re.compile(r"\b(worker|thread|consumer)\b|\bw\d", re.I),
}


def _roles(example: str, event: str) -> dict[int, str]:
    """Return the place of each number in the line, and what it is: a worker, a job, ..."""
    fields = FIELDS.get(event, ())
    roles: dict[int, str] = {}
    for match in _NUMBER.finditer(example):
        before = example[: match.start()]
        if "worker" in fields and _WORKER.search(before):
            role = "worker"
        elif "job" in fields and (_JOB.search(before) or "worker" not in fields):
            role = "job"
        elif event == "pool_starting":
            role = "workers"
        elif "attempt" in fields and _ATTEMPT.search(before):
            role = "attempt"
        else:
            continue
        if role not in roles.values():
            roles[match.start()] = role
    return roles


def _pattern(kind: Kind, event: str) -> str:
    roles, pieces, end = _roles(kind.example, event), [], 0
    for match in _NUMBER.finditer(kind.example):
        role = roles.get(match.start())
        pieces.append(_escaped(kind.example[end : match.start()]))
        pieces.append(rf"(?P<{role}>\d+)" if role else r"\d+")
        end = match.end()
    whole = "".join([*pieces, _escaped(kind.example[end:])])
    if event == "signal_received":
        return _SIGNAL.sub(r"(?P<signal>\\w+)", whole, count=1)
    return whole


def _escaped(text: str) -> str:
    return re.sub(r"[\\^$.|?*+()\[\]{}]", r"\\\g<0>", text)


def _toml(
    head: Sequence[str],
    known: Mapping[str, tuple[Kind, str]],
    guessed: Mapping[str, Kind],
    left: Sequence[Kind],
) -> Iterator[str]:
    yield "# A draft. Guesses are marked. Check that each line means what its key says."
    yield from head
    found = known.keys() | guessed.keys()
    attempts = OF_ATTEMPTS if found.intersection(OF_ATTEMPTS) else ()
    lacks = [event for event in (*OF_EVERY_POOL, *attempts) if event not in found]
    yield f"lacks = {json.dumps(lacks)}"
    yield "\n[events]"
    for event in LINES:
        if event in known:
            kind, pattern = known[event]
            yield f"# known: {_comment(kind)}"
            yield f"{event} = {_quoted(pattern)}"
        elif event in guessed:
            yield f"# a guess: {_comment(guessed[event])}"
            yield f"{event} = {_quoted(_pattern(guessed[event], event))}"
    if left:
        yield "\n# No event, as far as can be guessed:"
    for kind in sorted(left, key=lambda kind: -kind.lines)[:20]:
        yield f"#   {_comment(kind)}"


def _comment(kind: Kind) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in kind.example[:90])
    return f"{counted(kind.lines, 'line')} such as: {shown}"


def _quoted(text: str) -> str:
    """Return the text as TOML: unchanged between single quotes, if possible."""
    plain = "'" not in text and text.isprintable()
    return f"'{text}'" if plain else json.dumps(text)
