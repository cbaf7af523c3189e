"""Filters of items: rules over features of items, and what they say of each."""
