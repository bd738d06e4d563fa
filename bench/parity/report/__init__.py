"""What `parity run` shows and writes: each report is made from a Result alone."""
