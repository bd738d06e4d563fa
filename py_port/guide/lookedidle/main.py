"""Start a worker for a job if none is idle.

Two jobs come at once, and one worker is there.
"""

import anyio
from anyio.abc import TaskGroup


class Pool:
    """Starts workers.

    To look is to ask how many wait for a job, and to count is to
    know how many jobs there are.
    """

    def __init__(self, tasks: TaskGroup) -> None:
        self._tasks = tasks
        self._send, self.jobs = anyio.create_memory_object_stream[int](2)
        self.workers = self.waiting = self.load = 0

    def start(self) -> None:
        self.workers += 1
        self.waiting += 1
        self._tasks.start_soon(self._work)

    async def _work(self) -> None:
        async for _ in self.jobs:
            self.waiting -= 1
            await anyio.sleep(0.1)

    async def run(self, counts: bool) -> None:
        self.start()
        for job in range(2):
            idle = self.workers - self.load if counts else self.waiting
            if idle == 0:
                self.start()
            self.load += 1
            await self._send.send(job)
        self._send.close()


async def main() -> None:
    for counts in (False, True):
        began = anyio.current_time()
        async with anyio.create_task_group() as tasks:
            pool = Pool(tasks)
            await pool.run(counts)
        pool.jobs.close()
        took = round((anyio.current_time() - began) * 1000)
        print("workers:", pool.workers, "took:", took, "ms")


if __name__ == "__main__":
    anyio.run(main)
