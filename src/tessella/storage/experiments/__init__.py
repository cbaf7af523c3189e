"""What runs of experiments, in the database: statements and what they say."""
