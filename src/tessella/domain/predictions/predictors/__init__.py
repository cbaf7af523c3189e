"""The ways to predict a probability: one file each, one line in the registry."""
