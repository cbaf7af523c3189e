"""Predictions of a segment: of its members, and in sum."""
