"""Learn from what was counted, publish weights, and keep a report of what may be said."""
