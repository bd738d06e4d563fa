"""One outcome held to the specification. `judge` is the one entry."""
