"""The kit's pool as a program that knows no flags, and never flushes its stdout.

It reads the variables W, PARITY_QUEUE, J, PAUSE (in seconds) and PARITY_WORK. With MISTAKE=child it
leaves a child behind, and with MISTAKE=noise it says more than events.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "bench/parity/kit/programs/python"))
import contract  # noqa: E402
import pool  # type: ignore[import-not-found]  # noqa: E402

MISTAKE = os.environ.get("MISTAKE")


class BufferedLog(contract.Log):  # type: ignore[misc]
    def say(self, event: str, **fields: Any) -> None:
        with self.lock:
            if MISTAKE == "noise":
                print("a line for people")
            print(contract.LINES[event].format(workers=self.flags["workers"], **fields))


if __name__ == "__main__":
    sys.argv[1:] = [
        f"-workers={os.environ['W']}",
        f"-queue={os.environ['PARITY_QUEUE']}",
        f"-jobs={os.environ['J']}",
        f"-interval={os.environ['PAUSE']}s",
        f"-work={os.environ['PARITY_WORK']}",
    ]
    pool.Log = BufferedLog
    if MISTAKE == "child":
        subprocess.Popen(["sleep", "60"])
    pool.main()
