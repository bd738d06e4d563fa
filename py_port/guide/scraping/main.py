"""Look at a counter and a gauge every 100 ms, while jobs come and go."""

import anyio


class Metrics:
    """What the worker writes, and whoever looks reads."""

    busy = 0  # a gauge: it goes up and down
    done = 0  # a counter: it only goes up

    # No lock: without an await nothing comes in between.
    def begin(self) -> None:
        self.busy += 1

    def end(self) -> None:
        self.busy -= 1
        self.done += 1

    def look(self) -> None:
        print(f"busy {self.busy}, done {self.done}")


async def work(m: Metrics) -> None:
    for _ in range(6):
        await anyio.sleep(0.02)
        m.begin()
        await anyio.sleep(0.01)
        m.end()


async def main() -> None:
    m = Metrics()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work, m)
        for _ in range(2):
            await anyio.sleep(0.1)
            m.look()


if __name__ == "__main__":
    anyio.run(main)
