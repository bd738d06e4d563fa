"""End two jobs: one in the scope, and one behind a shield."""

import anyio


async def job(name: str, shield: bool) -> None:
    end = "interrupted"
    with anyio.CancelScope(shield=shield):
        try:
            await anyio.sleep(0.2)
            end = "done"
        finally:
            print(name, end)


async def main() -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(job, "with it:", False)
        tasks.start_soon(job, "without it:", True)
        await anyio.sleep(0.1)
        tasks.cancel_scope.cancel()  # a signal would do this


if __name__ == "__main__":
    anyio.run(main)
