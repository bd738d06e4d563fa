"""The transition system that every run is held to: its steps, its rules, its canonical forms."""
