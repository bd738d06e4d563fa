"""Wait for an answer that nobody can send, with a limit."""

import queue


def ask(answers: queue.Queue[int]) -> int:
    print("asking")
    # Without this limit it waits for ever.
    return answers.get(timeout=0.3)


def main() -> None:
    answers = queue.Queue[int]()
    try:
        print("answer:", ask(answers))
    except queue.Empty:
        print("nobody tells me")


if __name__ == "__main__":
    main()
