"""Parity: two implementations of one worker pool, compared with evidence."""
