"""Definitions: immutable versions, a pointer to the one that holds, and the publishes that moved it."""
