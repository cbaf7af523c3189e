"""What another policy would have brought."""
