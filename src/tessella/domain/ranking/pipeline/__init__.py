"""The steps of one ranking, in the order of `run`."""
