"""Whether an experiment should be segmented, by what, and what is said and done about it."""
