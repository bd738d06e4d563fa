"""A wrapper around a program that does not honour the contract's flags: `parity adapt`.

From Python, `adapt` does the same, with a function that reads the program's lines.
"""

from parity.adapt.wrapper import adapt as adapt
