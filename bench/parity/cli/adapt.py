"""`parity adapt`: a wrapper around a program that does not honour the contract's flags."""

from __future__ import annotations

from pathlib import Path
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
    words: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="how to read other words: TOML")
    ] = None,
    pipe: Annotated[
        bool, options.flag("--pipe", "give the program a pipe as its stdout, and no terminal")
    ] = False,
) -> None:
    from parity.adapt.arguments import parse, split, variables
    from parity.adapt.words import reader
    from parity.adapt.wrapper import end_as, run
    from parity.contract.words import read_map

    program, flags = split(command or [])
    if not program:
        raise CannotJudge("nothing to wrap: give -- COMMAND")
    read = reader(read_map(words)) if words else None
    end_as(run(program, parse(flags), variables(env or []), read=read, terminal=not pipe))
