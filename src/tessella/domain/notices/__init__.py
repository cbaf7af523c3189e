"""Notices: what happened, told to those outside who asked for it."""
