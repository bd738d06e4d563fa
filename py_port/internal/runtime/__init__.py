"""What Go's runtime does for every program: event loop, clock, process, executors."""
