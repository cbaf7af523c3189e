"""The ways to compute a stored fact from events: one file a kind, one registry."""
