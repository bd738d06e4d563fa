"""What each program costs: processes in interleaved blocks, and ratios with their intervals."""
