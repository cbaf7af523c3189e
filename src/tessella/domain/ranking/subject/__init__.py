"""What a ranking knows of the subject: the history, and the signals that are read from it."""
