"""What all HTML reports share. Each is one file that opens without a network."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from parity.report.console.inert import inert


def rendered(template: str, **values: Any) -> bytes:
    """Return the page in UTF-8, made from a template of this folder."""
    environment = Environment(
        loader=PackageLoader("parity.report", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    return environment.get_template(template).render(**values).encode()


def _harmless(value: object) -> object:
    """Return the text inert: escaping markup alone would leave control characters in it."""
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value
