"""What `parity run` shows and writes."""
