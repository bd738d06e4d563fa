"""The coin of `select`: the decisions that show it, and the statistics of a fair one."""
