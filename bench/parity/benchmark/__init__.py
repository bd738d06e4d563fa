"""What each program costs: processes in interleaved blocks, ratios with their intervals."""
