"""Start work that fails, and never ask what came of it: in plain asyncio."""

import asyncio
import gc
from typing import Any


async def fail() -> None:
    raise RuntimeError("out of paper")


def complain(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # Unless a program has a handler of its own, a log on
    # stderr says this.
    print(f"{context['message']}: {context['exception']}")


async def main() -> None:
    asyncio.get_running_loop().set_exception_handler(complain)
    task = asyncio.create_task(fail())
    await asyncio.sleep(0.1)
    print("the task has failed:", str(task.done()).lower())
    del task
    gc.collect()
    print("main: done")


if __name__ == "__main__":
    asyncio.run(main())
