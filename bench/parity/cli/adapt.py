"""`parity adapt`: a wrapper around a program that does not honour the contract's flags."""

from __future__ import annotations

from typing import Annotated

import typer

from parity.cli import options
from parity.errors import CannotJudge


def adapt(
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="-- COMMAND... [FLAG...]", help="the program; then its flags"),
    ] = None,
    env: Annotated[
        list[str] | None,
        options.text(
            "a variable that tells a flag, like W=workers or S=work:s; repeatable", "NAME=FLAG"
        ),
    ] = None,
    pipe: Annotated[
        bool, options.flag("--pipe", "give the program a pipe as its stdout, and no terminal")
    ] = False,
) -> None:
    from parity.adapt.arguments import parse, split, variables
    from parity.adapt.wrapper import end_as, run

    words, flags = split(command or [])
    if not words:
        raise CannotJudge("nothing to wrap: give -- COMMAND")
    end_as(run(words, parse(flags), variables(env or []), terminal=not pipe))
