"""The same pool without the shield: a cancellation interrupts jobs."""

import sys

from py_port.guide.idiomatic.main import main

if __name__ == "__main__":
    sys.exit(main(shielded=False))
