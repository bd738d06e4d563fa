"""Judge one outcome by the specification. `judge` is the only entry."""
