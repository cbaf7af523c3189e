"""Experiments: assign units, learn from rewards, and tell what came of it."""
