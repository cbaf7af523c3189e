"""Faults under load, each with what has to hold: `python -m faults NAME`. Only what it started itself is hurt."""
