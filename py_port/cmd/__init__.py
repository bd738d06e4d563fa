"""The program."""

import sys

from py_port.internal.runtime import process as go_process

# `python -m py_port.cmd.main` passes here first, and argv[0] is "-m" while it looks for the module.
# What main imports takes a while; a signal that comes meanwhile ends the process, as it does in Go.
if sys.argv[0] == "-m":
    go_process.set_up()
