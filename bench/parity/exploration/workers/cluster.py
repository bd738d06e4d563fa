"""Work on many machines: a function mapped over units of work by the workers of a Dask scheduler.

The same seeds give the same result as on one machine, whatever the number of workers, as far as a
seed decides (it does not decide Go's `select`, and nothing on the real clock):

- A unit says all that its result depends on: it is a few trials, a point of a sweep, a mutant.
- The results are yielded in the order of the units, not in that of their arrival.
- A unit whose worker dies is run again by another. Only the result that the scheduler keeps for the
  unit's key is read, once. So nothing is lost, and nothing is counted twice.

No program is sent. Each worker has parity installed, builds Go's program itself, into its user's
cache, and loads its own copy of the port. Each must have the same sources as this machine, and
the same versions of what decides a run. This is checked on all workers first, and again before each
unit, since a worker may join later. A program of the user's own (NAME=COMMAND) is started by its
path on each worker; whether it is the same there is not checked.

Ctrl+C closes the connection, which cancels the units that wait. A unit that runs goes on to its
end, as Dask stops no thread.
"""

from __future__ import annotations

import hashlib
import logging
import platform
import socket
import time
import uuid
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from parity.errors import CannotJudge
from parity.execution.subject import HARNESS, port_sources
from parity.execution.toolchain import find_go, sources

if TYPE_CHECKING:
    from distributed import Client, Future

Unit = TypeVar("Unit")
Result = TypeVar("Result")

CONNECT_S = 8.0
"""How long to wait for the scheduler, and for its first worker."""
CLOSING_S = 5.0
LOOK_S = 1.0
"""How often to check that a worker is left, while none answers."""
DESERTED_S = 30.0
"""How long there may be no worker. One that is started again needs some seconds."""
AHEAD = 3
"""How many units are queued for each thread of the workers, so that none idles while we read."""
MOST_A_UNIT = 500
"""The most trials in a unit. To start the processes that run them takes as long as a hundred."""
UNITS_A_THREAD = 4
"""How many units each thread gets at least, if the trials are enough: they do not take alike."""

DECIDING = ("anyio", "trio", "msgspec", "distributed")
"""Packages whose versions may decide what a run shows, or whether machines understand each other.
"""


@contextmanager
def connected(address: str | None) -> Iterator[Cluster | None]:
    """Yield the scheduler's cluster, or None where no address is given.

    At the end of the block, the units that wait are cancelled.

    Raises CannotJudge if Dask is not installed, the scheduler does not answer, it has no worker, or
    a worker is not like this machine.
    """
    if address is None:
        yield None
        return
    client = _client(address)
    try:
        cluster = Cluster(client, address)
        cluster.check_workers()
        yield cluster
    finally:
        # The scheduler may be gone. Then a client may still be connecting again, and distributed
        # raises a RuntimeError if that attempt runs out of time in the same moment.
        with suppress(TimeoutError, OSError, RuntimeError):
            client.close(timeout=CLOSING_S)


def _client(address: str) -> Client:
    import asyncio

    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise CannotJudge("--dask needs Dask's scheduler: install parity[dask]") from None
    # What goes wrong is told in one line: no log of a library comes between.
    for name in ("distributed", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    want = "want the address that `dask scheduler` prints, like tcp://HOST:8786"
    try:
        # A client would wait for ever for a server of another kind, so ask first who it is.
        kind = asyncio.run(asyncio.wait_for(_kind(address), CONNECT_S))
        if kind == "Scheduler":
            with warnings.catch_warnings(action="ignore"):  # Other versions are told below.
                return Client(address, timeout=CONNECT_S, set_as_default=False)
    except ValueError:
        raise CannotJudge(f'invalid value "{address}" for flag --dask: {want}') from None
    except OSError:
        raise CannotJudge(f"no Dask scheduler answers at {address}: {want}") from None
    raise CannotJudge(f"{address} is a Dask {kind.lower()}: {want}")


async def _kind(address: str) -> str:
    """Ask a server of Dask whether it is a scheduler, a nanny or a worker."""
    from distributed import Security, rpc

    security = Security().get_connection_args("client")
    async with rpc(address, connection_args=security) as server:
        return str((await server.identity())["type"])


class Cluster:
    """The workers of one scheduler."""

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address = client, address
        self._expected = about_here()

    def check_workers(self) -> None:
        """Raise CannotJudge if there is no worker, or one is not like this machine."""
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError:
            raise CannotJudge(
                f"the Dask scheduler {self._address} has no worker: start one with "
                f"`dask worker {self._address}`"
            ) from None
        try:
            found = self._client.run(difference, self._expected)
        except Exception as problem:  # Whatever keeps a worker from loading this module.
            said = " ".join(str(problem).split())
            raise CannotJudge(
                f"a worker of {self._address} cannot run parity ({type(problem).__name__}: "
                f"{said[:200]}): install parity[dask] there"
            ) from None
        for worker, unlike in found.items():
            if unlike:
                raise CannotJudge(f"the worker {worker} {unlike}")

    @property
    def threads(self) -> int:
        """How many units the workers can run at once; 0 if there is no worker now."""
        try:
            return sum(self._client.ncores().values())
        except OSError:
            raise self._lost() from None

    def batches(self, items: Iterable[Unit], total: int) -> Iterator[list[Unit]]:
        """Yield the items in units of several, so that all workers have some."""
        size = total // (UNITS_A_THREAD * max(1, self.threads))
        size = min(max(1, size), MOST_A_UNIT)
        remaining = iter(items)
        while batch := list(islice(remaining, size)):
            yield batch

    def map(self, function: Callable[[Unit], Result], units: Iterable[Unit]) -> Iterator[Result]:
        """Yield the function's result for each unit, in the order of the units.

        A unit is taken from the iterable when a worker may soon run it, so it may depend on the
        results so far. Raises what the function raises, and CannotJudge if no worker is left.
        """
        run = partial(_answer, self._expected, function)
        name, remaining = uuid.uuid4().hex, enumerate(units)
        asked: deque[Future[Result]] = deque()
        while True:
            room = max(0, AHEAD * max(1, self.threads) - len(asked))
            for number, unit in islice(remaining, room):
                # Not `pure`: another exploration's unit is not taken for this one.
                key = f"parity-{name}-{number}"
                asked.append(self._client.submit(run, unit, key=key, pure=False))
            if not asked:
                return
            yield self._result(asked.popleft())

    def _result(self, future: Future[Result]) -> Result:
        from distributed import CancelledError, KilledWorker

        last_seen = time.monotonic()
        while True:
            try:
                return future.result(timeout=LOOK_S)
            except TimeoutError:
                if future.status == "error":
                    raise
            except CancelledError:
                raise self._lost() from None
            except KilledWorker:
                raise CannotJudge(
                    f"several workers of {self._address} died of the same work, one after another"
                ) from None
            if self._client.status != "running":
                raise self._lost()
            now = time.monotonic()
            if self.threads:
                last_seen = now
            elif now - last_seen > DESERTED_S:
                raise CannotJudge(f"no worker of {self._address} is left")

    def _lost(self) -> CannotJudge:
        return CannotJudge(f"the Dask scheduler {self._address} went away")


def _answer(expected: dict[str, str], function: Callable[[Unit], Result], unit: Unit) -> Result:
    """Run the unit, on a worker."""
    if unlike := difference(expected):
        raise CannotJudge(f"a worker on {socket.gethostname()} {unlike}")
    return function(unit)


def difference(expected: dict[str, str]) -> str:
    """Return how this machine differs from the one that asks; "" if it does not."""
    for what, here in about_here().items():
        if here != expected.get(what):
            return (
                f"has {what} {here}, where {expected.get(what)} was expected: install the same "
                "on all machines"
            )
    return ""


def about_here() -> dict[str, str]:
    """Return what decides a run here, each with its version."""
    return {
        "parity's sources": _digest(HARNESS, sources(), port_sources()),
        "Python": platform.python_version(),
        "Go": find_go().version,
        **{name: version(name) for name in DECIDING},
    }


@cache
def _digest(*roots: Path) -> str:
    """Return a digest of the sources in these folders."""
    digest = hashlib.sha256()
    for root in roots:
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root).parts
            # An installed harness has Go's sources in its own folder.
            if path.suffix in (".py", ".go", ".mod") and inside[0] != "go_reference":
                digest.update("/".join(inside).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
