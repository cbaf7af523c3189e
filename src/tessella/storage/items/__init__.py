"""The catalogue of items in the database."""
