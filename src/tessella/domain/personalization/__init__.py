"""What personalization knows of a subject, and how the items of a scope are ranked by it. Source: requirement D."""
