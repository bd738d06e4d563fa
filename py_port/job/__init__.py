"""The unit of work of the pool."""
