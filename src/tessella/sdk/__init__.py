"""The in-process Python API over the use cases."""
