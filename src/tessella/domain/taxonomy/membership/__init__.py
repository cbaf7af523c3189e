"""How much players belong to the segments of each axis: one player at a time, and many at once."""
