"""Build, start, supervise, read and end a subject: the result is an outcome."""
