"""Many short runs in a few worker processes."""
