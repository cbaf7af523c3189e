"""Webhooks, and what is delivered."""
