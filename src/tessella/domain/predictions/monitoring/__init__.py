"""Whether a model still meets what it was trained on, and whether what it said has happened."""
