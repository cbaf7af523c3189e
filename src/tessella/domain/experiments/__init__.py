"""Experiments: who gets which variant, what is learned from it per segment, and what may be said of it."""
