"""What the commands show and write."""
