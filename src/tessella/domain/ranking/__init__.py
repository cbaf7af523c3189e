"""Ranking profiles and the effective configuration that a request gets."""
