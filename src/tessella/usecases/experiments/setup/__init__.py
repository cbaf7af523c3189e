"""Create and change experiments."""
