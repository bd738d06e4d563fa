"""What the tests of the guide share.

A fixture that two files import is two fixtures, and is made twice. From here it is made once.
"""

from tests.support.guide import site

__all__ = ["site"]
