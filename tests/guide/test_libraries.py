"""The table of libraries: a fault in a library turns its cell, and the cell is named."""

from __future__ import annotations

import platform
import tomllib
from importlib.metadata import version
from typing import Any

import anyio
import anyio.lowlevel
import msgspec
import pytest
from parity.errors import CannotJudge
from parity.guide.claim import TableFields
from parity.guide.claim_reader import table_of
from parity.guide.libraries import column, cost, promises, table, threads
from parity.guide.libraries.adapters import LIBRARIES, Adapter, Library
from parity.guide.libraries.cell import ABSENT, Cell
from parity.guide.page import claims, pages
from parity.guide.results import heard

RIGHT = LIBRARIES["trio"]


class Broken:
    """A channel of trio with a fault in one of its methods."""

    def __init__(self, size: int) -> None:
        right = RIGHT.make(size)
        self.put, self.get = right.put, right.get
        self.try_put, self.try_get = right.try_put, right.try_get
        self.close = right.close
        self.right = right


class RoomForOneMore(Broken):
    def __init__(self, size: int) -> None:
        super().__init__(size + 1)


class SenderTriesAgain(Broken):
    """The sender learns that there is room. Then it has to try again before others do."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.put = self._put

    async def _put(self, item: int) -> None:
        while not self.right.try_put(item):
            await anyio.lowlevel.checkpoint()


class CloseEmpties(Broken):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.close = self._close

    def _close(self) -> None:
        while self.right.try_get() is not None:
            pass
        self.right.close()


class CloseTellsNobody(Broken):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.close = lambda: None


class ItemInHand(Broken):
    """A receive takes the item, and waits once more."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.get = self._get

    async def _get(self) -> int:
        item = await self.right.get()
        await anyio.lowlevel.checkpoint()
        return item


class SentAndThenCancelled(Broken):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.put = self._put

    async def _put(self, item: int) -> None:
        await self.right.put(item)
        await anyio.lowlevel.checkpoint()


class AllWake(Broken):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.get, self.try_put = self._get, self._try_put
        self.sent = anyio.Event()

    def _try_put(self, item: int) -> bool:
        self.sent.set()
        return self.right.try_put(item)

    async def _get(self) -> int:
        await self.sent.wait()
        return await self.right.get()


FAULTS = {
    "rendezvous": RoomForOneMore,
    "order": SenderTriesAgain,
    "buffered": CloseEmpties,
    "blocked": CloseTellsNobody,
    "received": ItemInHand,
    "sent": SentAndThenCancelled,
    "herd": AllWake,
}


def cell(promise: str, library: Library) -> str:
    word, _ = anyio.run(promises.EXPERIMENTS[promise], library, backend=library.backend)
    return word


@pytest.mark.parametrize("promise", FAULTS)
def test_a_fault_turns_the_cell_of_its_promise(
    promise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promises, "STEPS", range(3))  # enough moments to show these faults
    assert cell(promise, RIGHT) == "yes"
    assert cell(promise, RIGHT._replace(make=FAULTS[promise])) == "no"


def test_every_promise_but_the_select_and_the_cost_has_a_fault() -> None:
    assert set(table.PROMISES) - set(FAULTS) == {"select", "cost"}
    assert list(promises.EXPERIMENTS) == list(threads.EXPERIMENTS)
    assert [*promises.EXPERIMENTS, "cost"] == list(table.PROMISES)


def expected_of_the_page() -> TableFields:
    [fields] = [
        one.fields for one in claims(*pages(["libraries"])) if isinstance(one.fields, TableFields)
    ]
    return fields


def changed(cells: dict[str, list[Cell]], name: str, promise: str, word: str) -> str:
    cells = dict(cells)
    cells[name] = [
        Cell(one.promise, word, "seen") if one.promise == promise else one for one in cells[name]
    ]
    return msgspec.json.encode(cells).decode()


def test_a_cell_that_is_not_as_expected_is_told_with_library_and_version() -> None:
    fields = expected_of_the_page()
    [found] = heard(fields, "table")
    assert table.unexpected(fields, found) is None
    of_anyio = table.table(found)["anyio"]["received"].evidence
    assert "lost (by task.cancel())" in of_anyio
    assert "stuck beside a receiver (by task.cancel())" in of_anyio
    cells = msgspec.json.decode(found.stdout, type=dict[str, list[Cell]])

    def told(name: str, promise: str, word: str) -> str | None:
        text = changed(cells, name, promise, word)
        return table.unexpected(fields, msgspec.structs.replace(found, stdout=text))

    assert told("aiochannel", "received", "by scopes") == (
        f"aiochannel {version('aiochannel')}, received: 'by scopes' (seen), expected 'yes'"
    )
    assert told("asyncio", "order", "yes") == (
        f"asyncio.Queue in Python {platform.python_version()}, order: 'yes' (seen), expected 'no'"
    )
    assert told("trio", "cost", "99.5") == (
        f"trio channels {version('trio')}, cost: '99.5' (seen), expected '2..12'"
    )
    assert told("culsans", "herd", ABSENT) is None


def test_a_word_can_depend_on_the_version_of_python() -> None:
    fields = expected_of_the_page()
    words = [table.expected(fields, "blocked", "queue", (3, minor)) for minor in (11, 12, 13, 14)]
    assert words == ["no close", "no close", "yes", "yes"]


def test_a_library_that_is_not_there_has_a_column_that_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(_: int) -> Adapter:
        raise ModuleNotFoundError("No module named 'janus'")

    monkeypatch.setitem(column.LIBRARIES, "janus", LIBRARIES["janus"]._replace(make=absent))
    cells = column.column("janus")
    assert {(one.word, one.evidence) for one in cells} == {(ABSENT, "No module named 'janus'")}
    assert [one.promise for one in cells] == list(promises.EXPERIMENTS)
    spent = cost.costs_ns({name: column.LIBRARIES[name] for name in ("asyncio", "janus")})
    assert list(spent) == ["asyncio", "queue"]


def body(fields: TableFields, **changes: Any) -> str:
    promised: dict[str, Any] = {**fields.promises, **changes}
    return "\n".join(
        f"[{promise}]\n" + "\n".join(f'"{name}" = "{word}"' for name, word in words.items())
        for promise, words in promised.items()
    )


def test_a_table_that_expects_too_little_or_too_much_is_refused() -> None:
    fields = expected_of_the_page()
    assert tomllib.loads(body(fields)) == fields.promises
    herd = dict(fields.promises["herd"])
    for changes, why in (
        ({"more": {}}, "the table wants the promises rendezvous, order, "),
        ({"herd": {**herd, "mine": "yes"}}, "herd has 'mine', which is no column"),
        ({"herd": {k: v for k, v in herd.items() if k != "go"}}, "herd has no word for go"),
    ):
        with pytest.raises(CannotJudge, match=f"^page.md:1: {why}"):
            table_of("so", body(fields, **changes), "page.md:1")
    with pytest.raises(CannotJudge, match=r"^page.md:1: the table cannot be read: "):
        table_of("so", "[", "page.md:1")
