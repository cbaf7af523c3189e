"""What needs somebody now, and how a namespace is doing."""
