"""Tell what came of an experiment: results, the log, and what another policy would have brought."""
