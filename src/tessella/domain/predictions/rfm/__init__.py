"""Recency, frequency and monetary value: scored by fifths of a population, and named."""
