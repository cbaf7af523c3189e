"""Predictions: told for a customer, for a segment, and as facts that rules read."""
