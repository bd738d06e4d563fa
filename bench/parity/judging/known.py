"""What is known of the flags with which a program ran that has left a log, and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from parity.contract.events import INTEGERS
from parity.contract.log_reader import LogRun
from parity.contract.scenario import Config, changed_config
from parity.contract.trace import Event
from parity.contract.words import Words

TIMES = frozenset({"interval", "work"})
"""Without these flags we cannot know what is late."""

OF_RETRIES = frozenset({"attempts", "backoff", "fail", "job-timeout"})
"""Nor without these, if jobs are tried again."""


def times_need(words: Words) -> frozenset[str]:
    """Return the flags without which we cannot know what is late."""
    return TIMES | OF_RETRIES if words.tells_attempts else TIMES


def config_shown(run: LogRun, words: Words, known: Mapping[str, str]) -> Config:
    """Return the configuration: what is known, or else what the run shows.

    A queue of unknown size is never full.
    """
    named = {event.worker for event in run.events if event.worker}
    submitted = [event.job or 0 for event in run.events if event.job]
    shown = {
        "workers": str(run.said_workers or len(named) or 1),
        "queue": str(INTEGERS["queue"][1]),
        "jobs": str(max(submitted, default=0)),
    }
    if any(pattern.event == "result_received" for pattern in words.patterns):
        shown["results"] = "true"
    if words.tells_attempts and (most := _most_attempts(run.events)) > 1:
        shown |= {"attempts": str(min(most, INTEGERS["attempts"][1])), "backoff": "0s"}
    return changed_config(Config(), {**shown, **known})


def _most_attempts(events: Sequence[Event]) -> int:
    """Return how often a job was tried, at most."""
    tried: Counter[tuple[str, int | None]] = Counter()
    for event in events:
        if event.event in ("attempt_failed", "job_completed"):
            tried["ended", event.job] += 1
        elif event.event in ("job_retrying", "attempt_started"):
            tried[event.event, event.job] += 1
    again = {key: times + (key[0] != "ended") for key, times in tried.items()}
    return max(again.values(), default=1)


def without_unknown(
    events: Sequence[Event], words: Words, known: Mapping[str, str]
) -> Sequence[Event]:
    """Return the events without what cannot be judged, since the flag for it is not known."""
    unknown: dict[str, bool] = {
        "delay": "backoff" not in known,
        "reason": not {"fail", "job-timeout"} & known.keys(),
        "level": "levels" not in known,
    }
    fields = [field for field, drop in unknown.items() if drop]
    if not words.tells_attempts and not words.tells_priorities:
        return events
    return [_without(event, fields) for event in events]


def _without(event: Event, fields: Sequence[str]) -> Event:
    given = [field for field in fields if getattr(event, field) is not None]
    if not given or event.event == "worker_stopped":
        return event
    return msgspec.structs.replace(event, **dict.fromkeys(given))


def unknown(words: Words, known: Mapping[str, str]) -> Iterator[str]:
    """Yield what is not judged, since a flag is not known."""
    if "queue" not in known:
        yield "channel/capacity: the queue's size is not known (--queue, or config in the map)"
    if "jobs" not in known:
        yield "main/leaves-early-only-when-done: how many jobs were due is not known (--jobs)"
    if words.tells_attempts:
        if "attempts" not in known:
            yield "how often a job is tried: it is not known (--attempts), so as often as was seen"
        if "backoff" not in known:
            yield "job/backoff: the waits between attempts are not known (--backoff)"
        if not {"fail", "job-timeout"} & known.keys():
            yield "job/fails-as-told, job/times-out: which attempts are to fail is not known"
    if "levels" not in known and words.tells_priorities:
        yield "priorities: how many levels there are is not known (--levels)"
    if words.lacks or not known.keys() >= times_need(words):
        yield (
            "times: they follow from --interval and --work, where every event is said "
            "(config in the map may hold the two)"
        )
