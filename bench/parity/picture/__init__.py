"""Runs as pictures: a lane for each worker, jobs as bars, two programs on one time axis."""
