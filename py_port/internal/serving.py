"""Metrics over HTTP, while the program runs."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread
from typing import Any

from prometheus_client import CollectorRegistry, Metric, MetricsHandler
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from py_port.internal.metrics import Metrics
from py_port.internal.prometheus import metrics_text

_PATIENCE_S = 5
"""How long a client may take to ask, and how long to take the answer."""


def serve(address: str, metrics: Metrics) -> str:
    """Serve the metrics at /metrics until the program ends. Return the URL.

    Threads answer. So a job that keeps the event loop busy does not keep a scraper waiting.

    Raises OSError.
    """
    registry = CollectorRegistry()
    registry.register(_Collector(metrics))
    server = _Server(*_resolved(address), _Handler.factory(registry))
    Thread(target=server.serve_forever, daemon=True).start()
    host, port = server.server_address[:2]
    shown = f"[{host!s}]" if server.address_family == socket.AF_INET6 else host
    return f"http://{shown!s}:{port}/metrics"


def _resolved(address: str) -> tuple[socket.AddressFamily, Any]:
    """Return what a socket is bound to, as Go's net.Listen reads an address. Raises OSError."""
    host, _, port = address.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if ":" in bare and bare == host:
        raise socket.gaierror(socket.EAI_NONAME, "an IPv6 address needs brackets")
    try:
        # Without a host, on every interface.
        found = socket.getaddrinfo(bare or "0.0.0.0", port, type=socket.SOCK_STREAM)  # noqa: S104
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "no name is like that") from None
    # As Go does, take IPv4 where the host has both.
    family, _, _, _, place = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, place


class _Server(ThreadingHTTPServer):
    def __init__(self, family: socket.AddressFamily, place: Any, handler: type) -> None:
        self.address_family = family
        super().__init__(place, handler)

    def server_bind(self) -> None:
        # Not HTTPServer's own: it asks the network for the host's name, which may take long.
        TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: what a client does wrong is not for our stderr."""


class _Handler(MetricsHandler):
    timeout = _PATIENCE_S
    # The head waits for the text: the end of the program never comes between them. net/http sends
    # a short answer in one piece too.
    wbufsize = 1 << 16

    def do_GET(self) -> None:  # noqa: N802
        # The library answers on any path.
        if self.path.partition("?")[0] == "/metrics":
            super().do_GET()
        else:
            self.send_error(404)


class _Collector(Collector):
    """What the library asks at each scrape: the metrics as they are at that moment."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        with self._metrics.lock:
            text = metrics_text(self._metrics)
        return text_string_to_metric_families(text)
