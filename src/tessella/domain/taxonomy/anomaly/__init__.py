"""Whether days of a player are unlike the player: by distance from the segment's center, and by displacement."""
