"""Drop an object, and look whether it is still there."""

import weakref
from dataclasses import dataclass


@dataclass
class Job:
    payload: str


def dropped() -> weakref.ref[Job]:
    """Make a job that nobody keeps."""
    return weakref.ref(Job("Task-1"))


def state(seen: weakref.ref[Job]) -> str:
    return "freed" if seen() is None else "still there"


def main() -> None:
    seen = dropped()
    print("after the last reference:", state(seen))


if __name__ == "__main__":
    main()
