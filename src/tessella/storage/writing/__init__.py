"""The group-commit writer: what waits, its transactions, and what is done when one fails or is lost."""
