"""Which order a run is held to, and how the programs are held to it."""
