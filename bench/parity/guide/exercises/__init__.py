"""Exercises: a program with a mistake to find or a hole to fill, and a check of the result.

holes/NAME.patch is a program with a hole, in the format of the gallery. Its title and paragraph are
the task, and the patch removes what the reader has to write. Every mutant of the gallery is an
exercise, too. In both kinds the reversed patch is a solution.
"""
