"""Taxonomies of games, what is known of players' days, profiles, and where two systems differ."""
