"""The promises of Go's channel, each tried in one short experiment with a library of tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from itertools import product
from typing import Any, NamedTuple

import anyio

from parity.guide.libraries.adapters import Adapter, Library, NoCloseError, PortChannel
from parity.guide.libraries.cell import NO_CLOSE, Cell
from parity.guide.libraries.operation import Operation, Way, settle

RECEIVERS = 10
TRIES = 400
STEPS = range(7)
"""After how many steps of the event loop a cancellation comes, and the act that it meets."""


async def rendezvous(library: Library) -> tuple[str, str]:
    """Send to size 0 when nobody receives. Then let somebody receive."""
    queue = library.make(0)
    async with anyio.create_task_group() as tasks:
        put = Operation(tasks, queue.put(1))
        await settle()
        alone = put.outcome
        get = Operation(tasks, queue.get())
        await settle()
    word = "yes" if alone == "waits for ever" and put.done and get.value == 1 else "no"
    return word, f"nobody receives, and the send {_told(alone)}"


def _told(outcome: str) -> str:
    return "waits" if outcome == "waits for ever" else f"is {outcome}"


async def order(library: Library) -> tuple[str, str]:
    """Take an item while senders wait for room. A newcomer then tries to get the room."""
    queue = library.make(1)
    queue.try_put(1)
    async with anyio.create_task_group() as tasks:
        for item in (2, 3):
            Operation(tasks, queue.put(item))
            await settle()
        received = [queue.try_get()]
        overtook = queue.try_put(4)
        await settle()
        received += await _drained(queue)
        tasks.cancel_scope.cancel()
    told = "received " + " ".join(map(str, received))
    if received == [1, 2, 3] and not overtook:
        return "yes", f"{told}; no room for 4"
    return "no", told


async def _drained(queue: Adapter) -> list[int]:
    """Take all that is there, and all that comes when there is room."""
    items: list[int] = []
    while True:
        try:
            item = queue.try_get()
        except Exception:
            return items
        if item is None:
            return items
        items.append(item)
        await settle()


async def buffered(library: Library) -> tuple[str, str]:
    """Close a channel that holds two items, and receive."""
    queue = library.make(2)
    queue.try_put(1)
    queue.try_put(2)
    try:
        queue.close()
    except NoCloseError:
        return NO_CLOSE
    received = await _drained(queue)
    async with anyio.create_task_group() as tasks:
        more = Operation(tasks, queue.get())
        await settle()
        tasks.cancel_scope.cancel()
    numbers = " ".join(map(str, received))
    kept = received == [1, 2] and more.error
    return "yes" if kept else "no", f"received {numbers or 'nothing'}; then {more.outcome}"


async def blocked(library: Library) -> tuple[str, str]:
    """Close while a sender waits for room."""
    queue = library.make(1)
    queue.try_put(1)
    async with anyio.create_task_group() as tasks:
        put = Operation(tasks, queue.put(2))
        await settle()
        try:
            queue.close()
        except NoCloseError:
            tasks.cancel_scope.cancel()
            return NO_CLOSE
        await settle()
        at_once = put.outcome
        received = await _drained(queue)
        tasks.cancel_scope.cancel()
    told = f"the send: {at_once}; received {' '.join(map(str, received))}"
    if put.error and received == [1]:
        return "yes", told
    return "no", f"{told}; then the send: {put.outcome}"


class Cancellation(NamedTuple):
    """When a cancellation comes, and what happens at about the same time."""

    size: int
    others: int  # how many others wait beside the one that is cancelled
    cancel_at: int
    act_at: int
    way: Way


def moments(library: Library, sizes: tuple[int, ...]) -> Iterator[Cancellation]:
    ways: tuple[Way, ...] = ("scope",)
    if library.backend == "asyncio":
        ways = ("scope", "task.cancel()")
    for moment in product(sizes, (0, 1, 2), STEPS, STEPS, ways):
        yield Cancellation(*moment)


async def received(library: Library) -> tuple[str, str]:
    """Cancel a receive at every moment, and look for the item."""
    return await _counted(library, moments(library, sizes=(0, 1, 2)), _cancelled_receive)


async def _cancelled_receive(library: Library, moment: Cancellation) -> str | None:
    queue = library.make(moment.size)
    async with anyio.create_task_group() as tasks:
        gets = [Operation(tasks, queue.get()) for _ in range(1 + moment.others)]
        puts: list[Operation] = []
        await _both(
            moment,
            cancel=lambda: gets[0].cancel(moment.way),
            act=lambda: puts.append(Operation(tasks, queue.put(7))),
        )
        await settle()
        stuck = any(one.waits for one in gets[1:]) and not any(one.done for one in gets)
        left = 0 if stuck else len(await _drained(queue))
        tasks.cancel_scope.cancel()
    if stuck:
        return "stuck beside a receiver"
    return None if sum(one.done for one in gets) + left == 1 else "lost"


async def sent(library: Library) -> tuple[str, str]:
    """Cancel a send at every moment, and compare what the sender and the receiver see."""
    return await _counted(library, moments(library, sizes=(0, 1)), _cancelled_send)


async def _cancelled_send(library: Library, moment: Cancellation) -> str | None:
    queue = library.make(moment.size)
    if moment.size:
        queue.try_put(0)
    async with anyio.create_task_group() as tasks:
        puts = [Operation(tasks, queue.put(item)) for item in range(7, 8 + moment.others)]
        gets: list[Operation] = []
        await _both(
            moment,
            cancel=lambda: puts[0].cancel(moment.way),
            act=lambda: gets.append(Operation(tasks, queue.get())),
        )
        await settle()
        items = [one.value for one in gets if one.done] + await _drained(queue)
        tasks.cancel_scope.cancel()
    if puts[0].cancelled and 7 in items:
        return "cancelled, yet received"
    return "lost" if puts[0].done and 7 not in items else None


async def _both(
    moment: Cancellation, *, cancel: Callable[[], object], act: Callable[[], object]
) -> None:
    """Act and cancel after the moment's steps. In the same step, the act comes first."""
    for step in range(max(moment.cancel_at, moment.act_at) + 1):
        if step == moment.act_at:
            act()
        if step == moment.cancel_at:
            cancel()
        await settle(1)


async def _counted(
    library: Library,
    moments: Iterator[Cancellation],
    attempt: Callable[[Library, Cancellation], Awaitable[str | None]],
) -> tuple[str, str]:
    tries, faults = 0, Counter[tuple[str, Way]]()
    for moment in moments:
        tries += 1
        if fault := await attempt(library, moment):
            faults[fault, moment.way] += 1
    if not faults:
        return "yes", f"in {tries} of {tries} tries"
    told = "; ".join(f"{n} {fault} (by {way})" for (fault, way), n in faults.items())
    by_scope = any(way == "scope" for _, way in faults)
    return "no" if by_scope else "by scopes", f"of {tries} tries: {told}"


async def select(library: Library) -> tuple[str, str]:
    """Let two receives race when both can be done. The first cancels the other."""
    if library.make is PortChannel:
        return await _select_of_the_port()
    taken = Counter[str]()
    for _ in range(TRIES):
        queues = library.make(1), library.make(1)
        for queue in queues:
            queue.try_put(1)
        race: list[Operation] = []

        def end(race: list[Operation] = race) -> None:
            for one in race:
                one.cancel()

        async with anyio.create_task_group() as tasks:
            race += [Operation(tasks, queue.get(), then=end) for queue in queues]
        taken[" and ".join(n for n, one in zip("ab", race, strict=True) if one.done)] += 1
    told = "; ".join(f"{names}: {n}" for names, n in sorted(taken.items()))
    word = "takes two" if "a and b" in taken else "unfair" if len(taken) == 1 else "yes"
    return word, f"a race of two took {told}"


async def _select_of_the_port() -> tuple[str, str]:
    """Select between a context and a channel: these are the arms of the port's select."""
    context: Any = import_module("py_port.internal.golang.context")
    go_select: Any = import_module("py_port.internal.golang.select")
    taken = 0
    for _ in range(TRIES):
        ctx, queue = context.Context(), PortChannel(1)
        queue.try_put(1)
        ctx.cancel()
        try:
            await go_select.receive(ctx, queue.channel)
            taken += 1
        except context.ContextDone:
            pass
    fair = TRIES / 4 < taken < TRIES * 3 / 4
    return "yes" if fair else "no", f"of {TRIES}, {taken} took the item, the others saw the context"


async def herd(library: Library) -> tuple[str, str]:
    """Count how many receivers are woken for one item."""
    queue = library.make(1)
    async with anyio.create_task_group() as tasks:
        gets = [Operation(tasks, queue.get()) for _ in range(RECEIVERS)]
        await settle()
        before = [one.resumed for one in gets]
        queue.try_put(1)
        await settle()
        woken = sum(one.resumed > was for one, was in zip(gets, before, strict=True))
        got = sum(one.done for one in gets)
        tasks.cancel_scope.cancel()
    return "yes" if woken == got == 1 else "no", f"{woken} of {RECEIVERS} woke, {got} received"


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


def cells(library: Library) -> Iterator[Cell]:
    for promise, experiment in EXPERIMENTS.items():
        yield Cell(promise, *anyio.run(experiment, library, backend=library.backend))
