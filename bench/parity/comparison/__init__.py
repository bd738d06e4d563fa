"""Two outcomes side by side: what only two can tell."""
