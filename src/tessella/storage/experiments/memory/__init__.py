"""What a process holds of experiments in memory."""
