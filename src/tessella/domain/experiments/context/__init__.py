"""Where a unit met an experiment: one record of the same fields, whatever the channel."""
