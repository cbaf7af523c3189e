"""Consent, pseudonyms and what may be shown to whom."""
