"""Many runs: how much of the legal was seen, what `select` took, signals at every moment."""
