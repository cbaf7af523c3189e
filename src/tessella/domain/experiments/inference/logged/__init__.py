"""What was logged, as rows of sums: what inference reads, whatever the number of units."""
