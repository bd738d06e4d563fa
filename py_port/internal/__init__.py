"""What the program needs beside the pool.

The twins of go_reference/internal, and the few things that Go has in its language or
standard library and anyio has not: a channel, select, a context, a wait group, a clock,
durations, flags.
"""
