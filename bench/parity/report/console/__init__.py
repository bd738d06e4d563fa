"""What the reports share on a terminal: paper, tables, bars, progress."""
