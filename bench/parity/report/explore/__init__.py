"""What `parity explore` shows."""
