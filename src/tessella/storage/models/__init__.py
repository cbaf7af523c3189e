"""Models: their files, the pointer to the active version of each, and those that this process has in memory."""
