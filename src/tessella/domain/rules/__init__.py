"""Boolean expressions over features: one tree, read from two forms, run by three engines."""
