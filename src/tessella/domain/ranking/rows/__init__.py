"""Rows of the catalogue with weights, and lists of them, as arrays."""
