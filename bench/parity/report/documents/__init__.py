"""Every record that `--json` prints, and its schema."""
