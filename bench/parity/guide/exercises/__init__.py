"""Exercises: a program with a mistake to find, or with a hole to fill, and the check of the result.

holes/NAME.patch is a program with a hole, in the format of the gallery: the title and the paragraph
are the task, and the patch cuts out what the reader is to write. Every mutant of the gallery is an
exercise as it is. In both kinds the patch, reversed, is a solution.
"""
