"""What came of what was shown: rates with their intervals, and comparisons that allow for positions."""
