"""Scenarios: a run that no virtual clock can reach the end of is refused."""

from __future__ import annotations

import pytest
from parity.contract.catalogue import named
from parity.contract.events import LATEST_NS
from parity.contract.scenario import changed
from parity.errors import CannotJudge

DAY_NS = 24 * 3600 * 10**9
TOO_MANY = str(LATEST_NS // DAY_NS + 1)


@pytest.mark.parametrize(
    "flags",
    [
        {"jobs": TOO_MANY, "interval": "24h"},
        {"jobs": TOO_MANY, "interval": "0s", "work": "24h", "workers": "1"},
    ],
)
def test_a_run_beyond_the_end_of_the_virtual_clock_is_refused(flags: dict[str, str]) -> None:
    with pytest.raises(CannotJudge, match="more than 252 years, where Go's virtual clock ends"):
        changed(named("default"), flags)


def test_a_run_that_ends_before_it_is_not_refused() -> None:
    fewer = {"jobs": str(LATEST_NS // DAY_NS), "interval": "24h"}
    more = {"jobs": TOO_MANY, "interval": "24h"}
    assert changed(named("default"), fewer).config.jobs == LATEST_NS // DAY_NS
    changed(named("default"), more, ["SIGINT@1h"])
    changed(named("default"), more, clock="real")
    changed(named("default"), {"jobs": TOO_MANY, "interval": "0s", "work": "24h", "cpu": "1"})
