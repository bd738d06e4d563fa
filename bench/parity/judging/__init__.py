"""One program judged by itself: every scenario, repeated; or its log."""
