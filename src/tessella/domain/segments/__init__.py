"""Named rules with a priority, and which of them a subject matches."""
