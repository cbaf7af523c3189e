"""The process of a DuckDB worker, and what it and its owner say. It loads nothing else: it has to start fast."""
