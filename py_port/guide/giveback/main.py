"""Give a place back that nobody has taken."""

import anyio


def give_back(places: anyio.Semaphore | anyio.CapacityLimiter) -> str:
    try:
        places.release()
    except (RuntimeError, ValueError) as error:
        return type(error).__name__
    return "given back"


async def main() -> None:
    semaphore = anyio.Semaphore(2)
    print("Semaphore:", give_back(semaphore))
    print("places now:", semaphore.value)
    bounded = anyio.Semaphore(2, max_value=2)
    print("with max_value:", give_back(bounded))
    print("CapacityLimiter:", give_back(anyio.CapacityLimiter(2)))


if __name__ == "__main__":
    anyio.run(main)
