"""Clusters of contexts: trained, kept fresh, told."""
