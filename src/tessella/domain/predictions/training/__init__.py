"""Learn a model from a table: split it, look for leaks, fit, make reliable, choose, and say how good it is."""
