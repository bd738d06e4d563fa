"""A Dask scheduler and its workers, as a user starts them: each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import psutil

from tests.support.trail import eventually


class DaskCluster:
    """A scheduler, and workers of one thread each. All are killed at the end of the block."""

    def __init__(self, folder: Path, *, workers: int, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, {**os.environ, **environment}
        self._started: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self._size = workers

    def __enter__(self) -> DaskCluster:
        told = self._folder / "scheduler.json"
        flags = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told)]
        self.scheduler, _ = self._start("scheduler", *flags)
        eventually(lambda: told.exists() and told.read_text().endswith("}"), self.scheduler)
        self.address: str = json.loads(told.read_text())["address"]
        flags = [self.address, "--no-nanny", "--nthreads", "1"]
        flags += ["--local-directory", str(self._folder)]
        begun = [self._start("worker", *flags) for _ in range(self._size)]
        for worker, log in begun:
            eventually(lambda log=log: "Registered to" in log.read_text(), worker)  # type: ignore[misc]
            self.workers.append(worker)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.kill(*self._started)

    def _start(self, *words: str) -> tuple[subprocess.Popen[bytes], Path]:
        log = self._folder / f"{len(self._started)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                stdout=file,
                stderr=file,
                env=self._environment,
            )
        self._started.append(process)
        return process, log

    def runs_programs(self) -> bool:
        """Whether a worker has started a process, and has not ended it yet."""
        alive = [worker for worker in self.workers if worker.poll() is None]
        return any(psutil.Process(worker.pid).children() for worker in alive)

    def kill(self, *processes: subprocess.Popen[bytes]) -> None:
        """Kill them by SIGKILL."""
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
