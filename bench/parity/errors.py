"""The one kind of error that reaches a user: a clear line, and nothing else."""


class CannotJudge(Exception):
    """Parity can be neither confirmed nor refuted; the command exits with status 2.

    The message is one line: what was wrong, and what to do about it.
    """


class CrashedError(CannotJudge):
    """A program broke off by itself."""


class WrongClockError(CannotJudge):
    """A program ran on the real clock, where the virtual one was asked for."""


class UntoldError(CannotJudge):
    """A program told too little, as it may. What it tells elsewhere can be judged."""


class HungError(CannotJudge):
    """A program did not end in its time."""
