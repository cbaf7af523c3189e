"""Estimates from what was logged: scores, intervals that hold at any time, tests, and when there is enough for them."""
