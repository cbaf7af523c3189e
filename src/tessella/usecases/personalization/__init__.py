"""Personalization: settings, rankings, flags, refreshes and evaluations. Source: requirement D."""
