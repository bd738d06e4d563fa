"""A solution: the reversed patch of the mistake or the hole."""

from __future__ import annotations

from collections.abc import Iterator

from unidiff.patch import Hunk, PatchSet

from parity.guide.exercises.exercise import Exercise


def solution(chosen: Exercise, language: str) -> str:
    """Return the diff from the program that the reader gets to the program as it should be."""
    wanted = chosen.planted.patch_of(language)
    lines: list[str] = []
    for file in PatchSet(chosen.planted.diff):
        if file.path in wanted:
            lines += [f"--- a/{file.path}", f"+++ b/{file.path}"]
            for hunk in file:
                lines += _reversed(hunk)
    return "\n".join(lines) + "\n"


def _reversed(hunk: Hunk) -> Iterator[str]:
    yield (
        f"@@ -{hunk.target_start},{hunk.target_length} +{hunk.source_start},{hunk.source_length} @@"
    )
    cut: list[str] = []  # added lines come later: a diff lists removed lines first
    for line in hunk:
        text = line.value.removesuffix("\n")
        if line.is_removed:
            cut.append(f"+{text}")
        elif line.is_added:
            yield f"-{text}"
        else:
            yield from cut
            cut.clear()
            yield f" {text}".rstrip()
    yield from cut
