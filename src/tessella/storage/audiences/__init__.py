"""Calculated audiences: their files, the pointer to the one in use, what they counted, and who entered and left."""
