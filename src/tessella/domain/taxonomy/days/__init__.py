"""Players' days: which there are, what is measured on each, and their sums."""
