"""Training: rows from the past, a model of them, and its figures."""
