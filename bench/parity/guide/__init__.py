"""The study guide: what it claims of the two languages, and the run that shows each claim."""
