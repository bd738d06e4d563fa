"""The programs' flags: what each means, and which values it takes."""

from __future__ import annotations

from parity.contract.events import BOOLEANS, DURATIONS, INTEGERS, MOST_EVERY, SPARSE

WANTED_DURATION = "a duration from 0s to 24h, like 500ms"

WANTED: dict[str, str] = {
    **{name: f"an integer from {least} to {most}" for name, (least, most) in INTEGERS.items()},
    **dict.fromkeys(DURATIONS, WANTED_DURATION),
    **{
        name: f"EVERY:{value}, up to {MOST_EVERY}:{most}, like {example}"
        for name, (value, most, example) in SPARSE.items()
    },
    "signal": "SIGINT@TIME or SIGTERM@TIME, like SIGINT@1.2s",
    **dict.fromkeys(BOOLEANS, "true or false"),
}
"""What a message about a wrong value asks for. For -trace, and mostly for -metrics, any text is a
path."""

MEANING: dict[str, str] = {
    "workers": "how many workers there are",
    "queue": "the capacity of the job channel; with 0 a job passes from hand to hand",
    "jobs": "how many jobs there are; job j has the ID j, from 1 on, and the payload `Task-j`",
    "interval": "the pause after each submission",
    "work": "how long a job takes",
    "cpu": "if it is not 0, a job computes this many rounds of SHA-256 instead",
    "signal": "deliver this signal to the program's own handler at that time; repeatable",
    "trace": "write the trace to this file",
    "quiet": "print no lines of jobs",
    "fail": "3:2: the jobs 3, 6, 9, ... fail their first two attempts, at the end of the work",
    "slow": "4:3: the jobs 4, 8, 12, ... take three times the work",
    "attempts": "how often a failing job is tried",
    "backoff": "the wait before the second attempt; it doubles before each further one",
    "backoff-cap": "the longest wait",
    "jitter": "wait only a fraction of that, which is drawn from the job and the attempt",
    "job-timeout": "how long an attempt may take; 0s is no limit",
    "results": "tell what became of each job that a worker took",
    "levels": "how many levels of priority there are; job j has the level 1 + (j-1) mod N",
    "aging": "so many takes in a row may pass a less urgent job; 0 is any number",
    "max-workers": "how many workers there may be if all are busy; 0: -workers stay",
    "keepalive": "how long a worker beyond -workers waits for a job before it stops",
    "metrics": "write the metrics to this file at the end, or serve them at this address",
}
"""What each flag means, in the order of the programs' help."""

EXTENSION_FLAGS = (
    *("fail", "slow", "attempts", "backoff", "backoff-cap", "jitter", "job-timeout"),
    *("results", "levels", "aging", "max-workers", "keepalive"),
)
"""The flags of the extensions. A program gets such a flag only if it is not the default.

-metrics is one more, without a field in the configuration: like -trace, it only names a file.
"""
