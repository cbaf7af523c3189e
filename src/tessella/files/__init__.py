"""Definitions as YAML files: one folder a kind, one file an object."""
