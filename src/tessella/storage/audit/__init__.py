"""The audit: rows that are chained as they are written, and read again."""
