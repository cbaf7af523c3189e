"""Whether experiments should be segmented: looked at, recommended, decided, and switched on."""
