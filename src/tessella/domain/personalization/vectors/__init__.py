"""How vectors are computed from events: a feature kind for each field, and which values a field may have."""
