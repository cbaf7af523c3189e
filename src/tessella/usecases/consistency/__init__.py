"""Consistency: a sample of subjects decided online and set-wise, and where these do not agree."""
