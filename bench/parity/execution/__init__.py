"""A subject becomes an outcome: it is built, started, supervised, read and ended."""
