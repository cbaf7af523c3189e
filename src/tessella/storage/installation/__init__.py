"""One installation: its database, made ready, looked at and served from, and its secrets."""
