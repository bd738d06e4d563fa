"""Check every page, and report all that failed."""

import anyio


def check(page: int) -> None:
    if page % 2:
        raise ValueError(f"page {page} is torn")


async def check_all(pages: int) -> None:
    # Each task keeps its error: if it were raised, it would
    # end the others.
    found: dict[int, Exception] = {}

    async def keep(page: int) -> None:
        try:
            check(page)
        except ValueError as error:
            found[page] = error

    async with anyio.create_task_group() as tasks:
        for page in range(pages):
            tasks.start_soon(keep, page)
    if found:
        raise ExceptionGroup(
            "torn pages", [found[page] for page in sorted(found)]
        )


async def main() -> None:
    try:
        await check_all(4)
    except* ValueError as group:
        for error in group.exceptions:
            print(error)


if __name__ == "__main__":
    anyio.run(main)
