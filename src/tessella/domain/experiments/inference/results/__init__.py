"""What may be said of an experiment now, and what may be done."""
