"""Audiences: who is in which segment, over all customers of a namespace at once."""
