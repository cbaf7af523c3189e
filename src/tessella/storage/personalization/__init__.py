"""Vectors, rankings, evaluations and flags of personalization as rows."""
