"""The promises of Go's channel, tried with queue.Queue and threads.

A thread runs on until it blocks: the interpreter's switch interval is longer than all these
experiments. So nothing here depends on how busy the machine is.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from parity.guide.libraries.cell import NO_CLOSE, Cell
from parity.guide.libraries.promises import RECEIVERS

HANG_S = 30.0
SWITCH_S = 300.0

TIMEOUT_S = 0.0002
PAUSES_S = [TIMEOUT_S * n / 250 for n in range(500)]
"""How long the other side waits: from 0 to twice the timeout."""

MOST_GIVEN_UP = 200_000


class Started:
    """A put or a get in a thread of its own. The thread has run until it blocked or was done."""

    def __init__(self, operation: Callable[[], Any]) -> None:
        self.value: Any = None
        self.outcome = "waits for ever"
        self._operation = operation
        begun = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(begun,), daemon=True)
        self._thread.start()
        begun.wait()  # The thread now runs until it blocks. Only then do we go on.

    def join(self) -> None:
        self._thread.join(HANG_S)

    def _run(self, begun: threading.Event) -> None:
        begun.set()
        try:
            self.value = self._operation()
            self.outcome = "done"
        except Exception as error:
            self.outcome = type(error).__name__


def rendezvous() -> tuple[str, str]:
    items: queue.Queue[int] = queue.Queue(0)
    put = Started(lambda: items.put(1))
    waits = put.outcome == "waits for ever"
    items.get()
    put.join()
    told = "waits" if waits else f"is {put.outcome}"
    return "yes" if waits else "no", f"nobody receives, and the send {told}"


def order() -> tuple[str, str]:
    items: queue.Queue[int] = queue.Queue(1)
    items.put(1)
    waiting = [Started(lambda: items.put(2)), Started(lambda: items.put(3))]
    received, overtook = [items.get()], True
    try:
        items.put_nowait(4)
    except queue.Full:
        overtook = False
    received += [items.get() for _ in range(3 if overtook else 2)]
    for one in waiting:
        one.join()
    told = "received " + " ".join(map(str, received))
    return "no" if overtook or received != [1, 2, 3] else "yes", told


def buffered() -> tuple[str, str]:
    items: Any = queue.Queue(2)
    items.put(1)
    items.put(2)
    if not hasattr(items, "shutdown"):
        return NO_CLOSE
    items.shutdown()
    received = [items.get(), items.get()]
    more = Started(items.get)
    more.join()
    kept = received == [1, 2] and more.outcome == "ShutDown"
    return "yes" if kept else "no", f"received {received[0]} {received[1]}; then {more.outcome}"


def blocked() -> tuple[str, str]:
    items: Any = queue.Queue(1)
    items.put(1)
    if not hasattr(items, "shutdown"):
        return NO_CLOSE
    put = Started(lambda: items.put(2))
    items.shutdown()
    put.join()
    told = f"the send: {put.outcome}; received {items.get()}"
    return "yes" if put.outcome == "ShutDown" else "no", told


def received() -> tuple[str, str]:
    """Time out a receive at about the time when an item comes: it cannot be cancelled."""
    items: queue.Queue[int] = queue.Queue(1)
    got: list[int] = []
    given_up = 0

    def send_all() -> None:
        for item, pause_s in enumerate(PAUSES_S):
            time.sleep(pause_s)
            items.put(item)

    sender = Started(send_all)
    while len(got) < len(PAUSES_S) and given_up < MOST_GIVEN_UP:
        try:
            got.append(items.get(timeout=TIMEOUT_S))
        except queue.Empty:
            given_up += 1
    sender.join()
    return _all_once(got, given_up)


def sent() -> tuple[str, str]:
    """Time out a send, and try again, as it has not sent."""
    items: queue.Queue[int] = queue.Queue(1)
    got: list[int] = []
    given_up = 0

    def receive_all() -> None:
        for pause_s in PAUSES_S:
            time.sleep(pause_s)
            got.append(items.get(timeout=HANG_S))

    receiver = Started(receive_all)
    to_send = list(range(len(PAUSES_S)))
    while to_send and given_up < MOST_GIVEN_UP:
        try:
            items.put(to_send[0], timeout=TIMEOUT_S)
            to_send.pop(0)
        except queue.Full:
            given_up += 1
    receiver.join()
    return _all_once(got, given_up)


def _all_once(got: list[int], given_up: int) -> tuple[str, str]:
    kept = got == list(range(len(PAUSES_S)))
    told = f"each of {len(PAUSES_S)} items once" if kept else f"received {len(got)} items"
    return "yes" if kept else "no", f"{told}; {given_up} timeouts, as no thread can be cancelled"


def select() -> tuple[str, str]:
    return "none", "nothing waits for two queues"


def herd() -> tuple[str, str]:
    """Put one item for each receiver: without a herd there are as many wake-ups as items."""
    items: queue.Queue[int] = queue.Queue(1)
    woken = []
    wait = items.not_empty.wait

    def counted(timeout: float | None = None) -> bool:
        notified = wait(timeout)
        woken.append(1)
        return notified

    items.not_empty.wait = counted  # type: ignore[method-assign]
    gets = [Started(items.get) for _ in range(RECEIVERS)]
    for item in range(RECEIVERS):
        items.put(item)
    for one in gets:
        one.join()
    told = f"{len(woken)} woke for {RECEIVERS} items"
    return "yes" if len(woken) == RECEIVERS else "no", told


EXPERIMENTS = {
    "rendezvous": rendezvous,
    "order": order,
    "buffered": buffered,
    "blocked": blocked,
    "received": received,
    "sent": sent,
    "select": select,
    "herd": herd,
}


def cells() -> Iterator[Cell]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        for promise, experiment in EXPERIMENTS.items():
            yield Cell(promise, *experiment())
    finally:
        sys.setswitchinterval(before)
