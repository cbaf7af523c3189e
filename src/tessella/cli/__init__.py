"""The `tessella` command: thin commands over the use cases."""
