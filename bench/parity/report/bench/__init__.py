"""What `parity bench` shows and writes."""
