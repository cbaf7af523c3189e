"""Ranking indexes: their files, the pointer to the active one, and the one that this process has in memory."""
