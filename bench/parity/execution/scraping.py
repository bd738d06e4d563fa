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
        self._last_is_whole = True
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
        """Stop, and return the answers that are known to be whole.

        An answer may end only because its connection does. The end of the program closes that too,
        perhaps in the middle. Such an answer is known to be whole if another one came after it.
        """
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        return tuple(self._scrapes if self._last_is_whole else self._scrapes[:-1])

    def _read(self, port: int) -> None:
        import http.client  # Slow to load, and few runs need it.

        while len(self._scrapes) < MOST_SCRAPES and not self._ended.is_set():
            since_line = self._heard_lines()
            try:
                text, whole = _answer(port)
            except (OSError, http.client.HTTPException):
                return  # The program has ended, or answers no more.
            self._scrapes.append(Scrape(since_line, text))
            self._last_is_whole = whole
            self._ended.wait(PAUSE_S)


def _answer(port: int) -> tuple[bytes, bool]:
    """Return the answer, and whether it is known to be whole. Raises OSError, HTTPException."""
    import http.client

    # Not urllib: it would ask the user's proxy.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        text = response.read(MOST_BYTES)
        # `length` is what remains of the length that the head tells, if it tells one.
        return text, response.chunked or response.length == 0
    finally:
        connection.close()
