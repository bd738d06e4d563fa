"""The programs of the study guide, the twins of those in go_reference/guide."""
