"""The wrapper starts the program, passes on what it says, and ends as it ended."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from parity.adapt.arguments import Asked, Variable, environment, parse, variables
from parity.adapt.output import Output, Read
from parity.contract.outcome import Exit
from parity.contract.scenario import ScheduledSignal
from parity.contract.trace import Event
from parity.contract.trace_reader import event_of
from parity.errors import CannotJudge
from parity.execution.process import (
    Process,
    ProcessFailedError,
    attend,
    new_folder,
)

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_S = 1.0
DRAINING_S = 1.0
"""How long to wait for the rest of the output when the program has ended."""


def adapt(
    command: Sequence[str],
    flags: Sequence[str] | None = None,
    *,
    env: Sequence[str] = (),
    read: Read | None = None,
    terminal: bool = True,
) -> NoReturn:
    """Run the command for a harness that gives the contract's flags, and end as it ends.

    `flags` are those of this process, unless others are given. `env` names environment variables
    that pass them on to the program, written as for `--env` of `parity adapt`. `read` returns the
    event in a line of the program, None if there is none; without it, the lines are the contract's
    own. Call this in the main thread. Wrong usage is reported on stderr, and ends the process with
    status 2.
    """
    try:
        asked = parse(sys.argv[1:] if flags is None else flags)
        ended = run(command, asked, variables(env), read=read, terminal=terminal)
    except CannotJudge as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    end_as(ended)


def run(
    command: Sequence[str],
    asked: Asked,
    told: Mapping[str, Variable],
    *,
    read: Read | None = None,
    terminal: bool = True,
) -> Exit:
    """Run the command, and return how it ended. Its children are ended on every way out.

    Raises CannotJudge if it could not be started, or has left children.
    """
    variables_of_program = dict(os.environ) | environment(told, asked.config)
    if terminal:
        # A program that writes to a terminal may colour its lines.
        variables_of_program |= {"TERM": "dumb", "NO_COLOR": "1"}
    output = Output(asked, command[0], read or _own_words, translates=read is not None)
    try:
        with (
            output,
            Process(
                command, variables_of_program, new_folder(), framed=True, terminal=terminal
            ) as process,
            _forwarding(process),
        ):
            _pass_on(process, output, list(asked.config.signals_in_time))
            ended = process.result()
    except ProcessFailedError as problem:
        raise CannotJudge(f"{command[0]} {problem}") from None
    if ended.left:
        raise CannotJudge(
            f"{command[0]} left children running, which were ended: {'; '.join(ended.left)}"
        )
    return ended.exit


def _own_words(line: str) -> Event | None:
    return event_of(line, 0, None)


def _pass_on(process: Process, output: Output, signals: list[ScheduledSignal]) -> None:
    """Pass on what the program says until it and its children have ended."""
    while not process.done:
        attend([process], _patience_s(process, signals))
        process.check()
        _take(process, output)
        while process.began_ns and signals and _t_ns(process) >= signals[0].at_ns:
            process.send(signal.Signals[signals.pop(0).name])
    give_up = time.monotonic() + DRAINING_S
    # A terminal delivers what was written a moment later.
    while process.stdout.open and time.monotonic() < give_up:
        attend([process], give_up - time.monotonic())
        _take(process, output)
    output.take(b"", _t_ns(process), last=True)


def _take(process: Process, output: Output) -> None:
    if process.stdout.text:
        output.take(bytes(process.stdout.text), _t_ns(process))
        process.stdout.text.clear()
    if process.stderr.text:
        sys.stderr.buffer.write(process.stderr.text)
        sys.stderr.buffer.flush()
        process.stderr.text.clear()


def _patience_s(process: Process, signals: Sequence[ScheduledSignal]) -> float:
    if not signals or not process.began_ns:
        return LOOK_S
    return min(LOOK_S, max(0.0, (signals[0].at_ns - _t_ns(process)) / 1e9))


def _t_ns(process: Process) -> int:
    """Return the time on the program's clock: since its start."""
    return time.monotonic_ns() - process.began_ns


@contextmanager
def _forwarding(process: Process) -> Iterator[None]:
    """Pass on the signals that come."""

    def forward(signum: int, _frame: FrameType | None) -> None:
        process.send(signum)

    before = {signum: signal.signal(signum, forward) for signum in FORWARDED}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def end_as(ended: Exit) -> NoReturn:
    """End this process with the same status, or by the same signal."""
    sys.stdout.flush()
    if ended.signal is not None:
        named = ended.signal.startswith("SIG")
        signum = signal.Signals[ended.signal] if named else int(ended.signal.split()[-1])
        if signum not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(signum, signal.SIG_DFL)
        os.kill(os.getpid(), signum)
    sys.exit(ended.status)
