"""What may be said of an experiment while it learns: intervals that hold at any time, tests, and when to stop."""
