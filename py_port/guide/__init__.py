"""The programs of the study guide: each the twin of one in go_reference/guide."""
