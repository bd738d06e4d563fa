"""Select 2000 times between a stop and a job, both there.

With the port's own `select`: asyncio has none, nor has anyio.
"""

import anyio

from py_port.internal.golang import select as go_select
from py_port.internal.golang.channel import Channel
from py_port.internal.golang.context import Context, ContextDone


async def receive(ctx: Context, jobs: Channel[int]) -> bool:
    """Whether a job was taken. Either may happen here."""
    try:
        await go_select.receive(ctx, jobs)
    except ContextDone:
        return False
    return True


async def main() -> None:
    tries = 2000
    ctx = Context()
    ctx.cancel()
    jobs: Channel[int] = Channel(tries)
    for job_id in range(tries):
        await jobs.send(job_id)
    taken = 0
    for _ in range(tries):
        if await receive(ctx, jobs):
            taken += 1
    print("jobs taken:", taken)


if __name__ == "__main__":
    anyio.run(main)
