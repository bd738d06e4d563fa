"""The libraries side by side: each promise of Go's channel is tried with each of them."""
