"""What is legal, counted: orders, classes, and how much of it was seen."""
