"""What no single run's lines show: surroundings, resources, and every select's coin."""
