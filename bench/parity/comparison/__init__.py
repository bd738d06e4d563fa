"""Compare two outcomes: find what only two can show."""
