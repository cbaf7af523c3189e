"""Predictions for whole audiences, in a process of their own: from Parquet to numbers, to stats, to Parquet."""
