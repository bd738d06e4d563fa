"""The pool and its workers."""
