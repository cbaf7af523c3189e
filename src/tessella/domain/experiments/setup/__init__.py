"""What a team declares of an experiment."""
