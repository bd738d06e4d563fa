"""What the lines of a single run do not show: surroundings, resources, and every select's coin."""
