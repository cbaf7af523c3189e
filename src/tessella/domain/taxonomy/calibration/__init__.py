"""Taxonomies found in what is known of players: standards, axes, segments, and how far all that holds."""
