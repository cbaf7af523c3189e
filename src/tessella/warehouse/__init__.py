"""Rule SQL run over whole sets of subjects, where the data lives."""
