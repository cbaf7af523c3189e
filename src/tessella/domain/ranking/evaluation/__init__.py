"""How good a ranking is, by what subjects did after a moment that the index knows nothing beyond."""
