"""The programs' flags: what each means, and which values it takes."""

from __future__ import annotations

from parity.contract.events import INTEGERS

WANTED_DURATION = "a duration from 0s to 24h, like 500ms"

WANTED: dict[str, str] = {
    **{name: f"an integer from {least} to {most}" for name, (least, most) in INTEGERS.items()},
    "interval": WANTED_DURATION,
    "work": WANTED_DURATION,
    "signal": "SIGINT@TIME or SIGTERM@TIME, like SIGINT@1.2s",
    "quiet": "true or false",
}
"""What a message about a wrong value asks for. For -trace, any text is a path."""

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
}
"""What each flag means, in the order of the programs' help."""
