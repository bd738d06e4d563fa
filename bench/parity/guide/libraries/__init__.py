"""Compare libraries: each promise of Go's channel is tried with each of them."""
