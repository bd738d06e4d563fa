"""The study guide: its claims about the two languages, and the run that shows each claim."""
