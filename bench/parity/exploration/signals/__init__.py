"""A signal at every moment at which something happens."""
