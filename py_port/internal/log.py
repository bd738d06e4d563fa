"""The log of events: stdout, the trace and the metrics."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

from py_port.internal import events
from py_port.internal.events import Event
from py_port.internal.flags import Config, UsageError, is_address, quote
from py_port.internal.golang import duration as go_duration
from py_port.internal.metrics import Metrics
from py_port.internal.runtime import clock
from py_port.internal.runtime import process as go_process


class Log:
    """Says what happens: a line on stdout and, with -trace, a record in the trace.

    With -metrics it counts, too.

    Go needs a lock that covers both writes, so that their orders are the same. Here no other
    task runs between them, as nothing is awaited. Each is written at once, so that nothing is
    lost when the process is killed.
    """

    def __init__(self, config: Config) -> None:
        """Write the trace's header and start the program's clock.

        Raises UsageError if the trace or the metrics cannot be written.
        """
        self._seq = 0
        self._quiet = config.quiet
        self.tells_jobs = not config.quiet or bool(config.trace or config.metrics)
        """Whether the events of jobs go anywhere. Callers check this first, as with logging's
        isEnabledFor: here the call to emit costs as much as a receive. In Go the compiler inlines
        Emit, so there Emit checks."""
        self._path = config.trace
        self._trace: int | None = None
        self._metrics: Metrics | None = None
        self._metrics_path = config.metrics
        self._metrics_file: int | None = None  # None: they are served
        url = self._open_metrics(config)
        if config.trace:
            self._open_trace(config)
        if url:
            # With port 0 the operating system chooses one. Not on stdout, whose lines are events.
            go_process.write(go_process.STDERR, f"Serving metrics on {url}\n")
        self._keeps = self._trace is not None or self._metrics is not None
        self._start_ns = clock.now_ns()

    def _open_metrics(self, config: Config) -> str:
        """Return the URL if the metrics are served."""
        if not config.metrics:
            return ""
        self._metrics = Metrics(config.queue)
        if is_address(config.metrics):
            return _serve(config.metrics, self._metrics)
        self._metrics_file = _create("metrics", config.metrics)
        return ""

    def _open_trace(self, config: Config) -> None:
        self._trace = _create("trace", config.trace)
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
        fate: str = "",
        level: int = 0,
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
            "fate": fate,
            "level": level,
        }
        self._seq += 1
        if self._keeps:
            self._keep(event, fields, clock.now_ns() - self._start_ns)
        if event.lifecycle or not self._quiet:
            if event is events.JOB_RETRYING:  # no other line tells a delay
                fields["delay"] = go_duration.format_ns(delay)
            go_process.write(go_process.STDOUT, event.line({"workers": workers, **fields}))

    def _keep(self, event: Event, fields: dict[str, Any], at_ns: int) -> None:
        """Count the event, and record it in the trace, where these are asked for.

        Both have the same time. No other function counts, so the two cannot disagree.
        """
        if self._metrics is not None:
            with self._metrics.lock:
                self._metrics.count(event, fields["worker"], at_ns)
        if self._trace is not None:
            said = {name: value for name, value in fields.items() if value}
            try:
                self._write({"seq": self._seq, "t": at_ns, "event": event.name, **said})
            except UsageError as error:
                _end(error)

    def write_metrics(self) -> None:
        """Write the metrics as they are now, where a file of them is asked for."""
        if self._metrics is None or self._metrics_file is None:
            return
        from py_port.internal.prometheus import metrics_text  # only a run with metrics needs it

        try:
            go_process.write_all(self._metrics_file, metrics_text(self._metrics).encode())
        except OSError as error:
            _end(_cannot_write("metrics", self._metrics_path, error))

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
            raise _cannot_write("trace", self._path, error) from None


def _serve(address: str, metrics: Metrics) -> str:
    """Serve the metrics, and return the URL. Raises UsageError."""
    try:
        from py_port.internal.serving import serve  # slow to load, and only this needs it
    except ModuleNotFoundError:
        raise _cannot_serve(address, "install parity[metrics]") from None
    try:
        return serve(address, metrics)
    except OSError as error:
        raise _cannot_serve(address, _words(error)) from None


def _create(what: str, path: str) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise _cannot_write(what, path, error) from None


def _end(error: UsageError) -> NoReturn:
    """End the process, as something could not be written."""
    go_process.write(go_process.STDERR, f"{error}\n")
    os._exit(2)


def _cannot_serve(address: str, why: str) -> UsageError:
    return UsageError(f"cannot serve metrics on {quote(address)}: {why}")


def _cannot_write(what: str, path: str, error: OSError) -> UsageError:
    return UsageError(f"cannot write {what} {quote(path)}: {_words(error)}")


def _words(error: OSError) -> str:
    """Return the operating system's words for error, spelled as Go spells them."""
    errno = error.errno or 0
    if errno < 0:  # of getaddrinfo
        return "no such host"
    words = os.strerror(errno)
    return words[0].lower() + words[1:] if words[1:2].islower() else words


def _versions(backend: str) -> dict[str, str]:
    from importlib.metadata import version  # slow to load, and only a trace tells versions

    versions = {"python": sys.version.split()[0], "anyio": version("anyio")}
    if backend != "asyncio":
        versions[backend] = version(backend)
    return versions
