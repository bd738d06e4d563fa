"""The log of events: stdout and the trace."""

from __future__ import annotations

import os
import sys
from typing import Any

from py_port.internal import events
from py_port.internal.events import Event
from py_port.internal.flags import Config, UsageError, quote
from py_port.internal.golang import duration as go_duration
from py_port.internal.runtime import clock
from py_port.internal.runtime import process as go_process


class Log:
    """Says what happens: a line on stdout and, with -trace, a record in the trace.

    Go needs a lock that covers both writes, so that their orders are the same. Here no other
    task runs between them, as nothing is awaited. Each is written at once, so that nothing is
    lost when the process is killed.
    """

    def __init__(self, config: Config) -> None:
        """Write the trace's header and start the program's clock.

        Raises UsageError if the trace cannot be written.
        """
        self._seq = 0
        self._quiet = config.quiet
        self.tells_jobs = not config.quiet or bool(config.trace)
        """Whether the events of jobs go anywhere. Callers check this first, as with logging's
        isEnabledFor: here the call to emit costs as much as a receive. In Go it costs about a
        nanosecond, so there Emit checks."""
        self._path = config.trace
        self._trace: int | None = None
        if config.trace:
            self._open(config)
        self._start_ns = clock.now_ns()

    def _open(self, config: Config) -> None:
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
            self._trace = os.open(config.trace, flags, 0o666)
        except OSError as error:
            raise _cannot_write(config.trace, error) from None
        self._write(
            {
                "schema": "parity.trace/1",
                "program": "py_port",
                "runtime": _versions(config.backend),
                "clock": config.clock,
                "config": config.record(),
            }
        )

    def emit(
        self,
        event: Event,
        *,
        workers: int = 0,
        worker: int = 0,
        job: int = 0,
        payload: str = "",
        signal: str = "",
        reason: str = "",
        digest: str = "",
        attempt: int = 0,
        delay: int = 0,
    ) -> None:
        """Say one event. What does not apply to it is left out: Go's Fields.

        A delay is in ns. Its line tells it as Go prints a Duration.
        """
        # Named, and not **fields: there is a call for every job, and no dict to make for it.
        if not (event.lifecycle or self.tells_jobs):
            return
        fields = {
            "worker": worker,
            "job": job,
            "payload": payload,
            "signal": signal,
            "reason": reason,
            "digest": digest,
            "attempt": attempt,
            "delay": delay,
        }
        self._seq += 1
        if self._trace is not None:
            said = {name: value for name, value in fields.items() if value}
            t = clock.now_ns() - self._start_ns
            try:
                self._write({"seq": self._seq, "t": t, "event": event.name, **said})
            except UsageError as error:
                go_process.write(go_process.STDERR, f"{error}\n")
                os._exit(2)
        if event.lifecycle or not self._quiet:
            if event is events.JOB_RETRYING:
                fields["delay"] = go_duration.format_ns(delay)
            go_process.write(go_process.STDOUT, event.line({"workers": workers, **fields}))

    def die(self, signum: int) -> None:
        """End the process by the signal, at once: nothing is awaited, so nothing more is said."""
        go_process.end_by(signum)

    def _write(self, record: dict[str, Any]) -> None:
        import json  # as slow to load as the pool is, and only a trace needs it

        assert self._trace is not None
        data = json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            go_process.write_all(self._trace, data.encode())
        except OSError as error:
            raise _cannot_write(self._path, error) from None


def _cannot_write(path: str, error: OSError) -> UsageError:
    """Give the operating system's words for error, spelled as Go spells them."""
    words = os.strerror(error.errno or 0)
    if words[1:2].islower():
        words = words[0].lower() + words[1:]
    return UsageError(f"cannot write trace {quote(path)}: {words}")


def _versions(backend: str) -> dict[str, str]:
    from importlib.metadata import version  # slow to load, and only a trace tells versions

    versions = {"python": sys.version.split()[0], "anyio": version("anyio")}
    if backend != "asyncio":
        versions[backend] = version(backend)
    return versions
