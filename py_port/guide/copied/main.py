"""Change a job after it was sent."""

from dataclasses import dataclass

import anyio


@dataclass
class Job:
    id: int
    tags: list[str]


async def main() -> None:
    send, receive = anyio.create_memory_object_stream[Job](1)
    async with send, receive:
        mine = Job(id=1, tags=["new"])
        await send.send(mine)
        mine.id = 2
        mine.tags[0] = "changed"
        theirs = await receive.receive()
        print("id:", theirs.id)
        print("tag:", theirs.tags[0])


if __name__ == "__main__":
    anyio.run(main)
