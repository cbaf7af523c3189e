"""Segmentation of an experiment: which segment a unit is in, and whether segments are worth it."""
