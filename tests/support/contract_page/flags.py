"""What the contract's page states of flags and of wrong usage."""

from __future__ import annotations

import re
from typing import Any

from parity.contract.outcome import Outcome

from tests.support.contract_page.page import PAGE, records, refused, states


@states("A flag has one dash or two")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        for given in (["-jobs=x"], ["--jobs=x"], ["-jobs", "x"], ["--jobs", "x"]):
            assert 'invalid value "x" for flag -jobs' in refused(command, *given)


@states("-quiet alone means -quiet=true")
def _(_s: Any, quiet: list[Outcome], _c: Any) -> None:
    assert all("-quiet" in one.argv and records(one)[0]["config"]["quiet"] is True for one in quiet)


@states("A duration is one or more numbers with units")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    units = re.search(r"The units are ([^.]*)\.", PAGE)
    assert units
    for command in commands:
        for unit in re.findall("`(.*?)`", units[1]):
            assert "unknown flag: -end" in refused(command, f"-work=1h2{unit}0.5s", "-end")
        assert "invalid value" in refused(command, "-work=1d")


@states("Wrong usage is told in one line on stderr")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        assert refused(command, "-workers=0", "-nope", "x")


@states("The two programs of the repository tell wrong usage in the same words")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    (line,) = {refused(command, "-workers", "abc") for command in commands}
    assert line.strip() in " ".join(PAGE.split())
