"""Close a closed stream, and send to it."""

from collections.abc import Awaitable, Callable

import anyio


async def attempt(what: str, do: Callable[[], Awaitable[None]]) -> None:
    try:
        await do()
        print(f"{what}: fine")
    except anyio.ClosedResourceError as error:
        print(f"{what}: {type(error).__name__}")


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[int](1)
    async with receive:
        await attempt("close", send.aclose)
        await attempt("close again", send.aclose)
        await attempt("send", lambda: send.send(1))


if __name__ == "__main__":
    anyio.run(main)
