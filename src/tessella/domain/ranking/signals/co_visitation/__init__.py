"""Which items belong together, by what subjects did with them."""
