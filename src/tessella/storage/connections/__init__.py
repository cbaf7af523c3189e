"""Connections to PostgreSQL: made, lent, bounded in time, and given up together when it is away."""
