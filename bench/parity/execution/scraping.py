"""Read the metrics that a program serves, again and again while it runs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from threading import Event, Thread

from parity.contract.outcome import Scrape

SERVING = re.compile(rb"Serving metrics on http://127\.0\.0\.1:([0-9]{1,5})/metrics\n")
"""The line on stderr with which a program tells its address."""

PAUSE_S = 0.02
TIMEOUT_S = 5.0
MOST_BYTES = 1 << 20
MOST_SCRAPES = 1000
"""The end of a longer run is not read."""


class Scraper:
    """A thread that reads the metrics, as soon as the program has told where."""

    def __init__(self, heard_lines: Callable[[], int]) -> None:
        """`heard_lines` says how many lines the program is known to have printed."""
        self._heard_lines = heard_lines
        self._scrapes: list[Scrape] = []
        self._ended = Event()
        self._thread: Thread | None = None
        self.told_ns = 0
        """The monotonic clock when the address was heard; 0 until then."""

    def follow(self, stderr: bytes | bytearray) -> None:
        """Begin, if the address has been told."""
        if self._thread is None and (told := SERVING.match(stderr)):
            self.told_ns = time.monotonic_ns()
            self._thread = Thread(target=self._read, args=(int(told[1]),), daemon=True)
            self._thread.start()

    def end(self) -> tuple[Scrape, ...]:
        """Stop, and return what was read."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        return tuple(self._scrapes)

    def _read(self, port: int) -> None:
        import http.client  # Slow to load, and few runs need it.

        while len(self._scrapes) < MOST_SCRAPES and not self._ended.is_set():
            since_line = self._heard_lines()
            try:
                self._scrapes.append(Scrape(since_line, _answer(port)))
            except (OSError, http.client.HTTPException):
                return  # The program has ended, or answers no more.
            self._ended.wait(PAUSE_S)


def _answer(port: int) -> bytes:
    import http.client

    # Not urllib: it would ask the user's proxy.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/metrics")
        return connection.getresponse().read(MOST_BYTES)
    finally:
        connection.close()
