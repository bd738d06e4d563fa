"""Write the kit: the programs, and the contract as text, made from the tables that judge by it."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from parity.contract.durations import UNITS_NS, format_ns
from parity.contract.events import (
    DURATIONS,
    FAILURES,
    FIELDS,
    LINES,
    OF_EVERY_POOL,
    OF_JOBS,
    OPTIONAL,
    PRIORITY,
    REASONS,
    SIGNAL_WORDS,
    TRACE_SCHEMA,
)
from parity.contract.events import FATES as RESULT_FATES
from parity.contract.flags import EXTENSION_FLAGS, MEANING, WANTED
from parity.contract.metrics import BOUNDS_MS, FATES, METRICS, STATES
from parity.contract.scenario import FIELDS_OF_EVERY_POOL, Config, field_of
from parity.errors import CannotJudge
from parity.specification.rules import RULES

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"


class _Flag(NamedTuple):
    name: str
    default: str
    wanted: str
    meaning: str


def write_kit(folder: Path) -> None:
    """Write the kit into a folder that is empty, or not there yet. Raises CannotJudge.

    Each file is written elsewhere and then renamed into its place, so that none is half written.
    """
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise CannotJudge(f"{folder} is not empty: name a folder that is not there yet")
        place = folder.resolve()
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".parity-", dir=place) as beside:
            kit = Path(beside) / "kit"
            shutil.copytree(PROGRAMS, kit, ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copy(HERE / "README.md", kit)
            (kit / "CONTRACT.md").write_text(contract_page(), encoding="utf-8")
            for one in kit.iterdir():
                one.replace(place / one.name)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        why = getattr(error, "strerror", None) or str(error)
        raise CannotJudge(f"cannot write {folder}: {why.lower()}") from None


def contract_page() -> str:
    """Return the contract as text, in Markdown."""
    extensions = (*EXTENSION_FLAGS, "metrics")
    environment = Environment(  # noqa: S701 - Markdown, of our own tables
        loader=PackageLoader("parity.kit", ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("CONTRACT.md.jinja").render(
        flags=[_flag(name) for name in MEANING if name not in extensions],
        extension_flags=[_flag(name) for name in extensions],
        metrics=METRICS,
        fates=_listed(FATES),
        states=_listed(STATES),
        bounds=_listed([*(f"{bound_ms / 1000:g}" for bound_ms in BOUNDS_MS), "+Inf"]),
        of_every_pool=OF_EVERY_POOL,
        of_extensions=[event for event in LINES if event not in OF_EVERY_POOL],
        failures=_listed(FAILURES),
        result_fates=_listed(RESULT_FATES),
        wanted=WANTED,
        units=_listed(UNITS_NS),
        lines=LINES,
        of_jobs=OF_JOBS,
        signals=_listed(SIGNAL_WORDS.values()),
        schema=TRACE_SCHEMA,
        config=_listed(FIELDS_OF_EVERY_POOL),
        fields=FIELDS,
        optional=defaultdict(str, OPTIONAL),
        priority=PRIORITY,
        reasons=_listed(REASONS),
        rules=RULES,
    )


def _flag(name: str) -> _Flag:
    wanted = WANTED.get(name, "a path")
    return _Flag(name, _default(name), wanted, MEANING[name])


def _default(name: str) -> str:
    """Return the default of a flag, written as the flag takes it."""
    config = Config()
    if name in DURATIONS:
        return format_ns(getattr(config, field_of(name)))
    value = getattr(config, name.replace("-", "_"), None)
    return "none" if value is None else str(value).lower()


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
