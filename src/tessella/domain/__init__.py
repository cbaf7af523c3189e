"""What a decision means: pure functions and records, with no I/O, no clock and no framework."""
