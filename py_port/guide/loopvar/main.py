"""Start a task for each page that uses the loop variable."""

import anyio


async def print_pages(printed: list[bool], *, bound: bool) -> None:
    async with anyio.create_task_group() as tasks:
        for page in range(len(printed)):

            async def print_page(number: int | None = None) -> None:
                # The loop is over, and `page` has its last
                # value for everyone.
                printed[page if number is None else number] = True

            if bound:
                tasks.start_soon(print_page, page)
            else:
                tasks.start_soon(print_page)


async def main() -> None:
    for bound in (False, True):
        printed = [False] * 3
        await print_pages(printed, bound=bound)
        print("printed:", printed)


if __name__ == "__main__":
    anyio.run(main)
