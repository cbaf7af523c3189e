"""What a process remembers: a snapshot and the subjects of each namespace, and what tells it of changes."""
