"""What was predicted of segments: files of runs, and stats day by day."""
