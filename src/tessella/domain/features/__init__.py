"""Declared, typed values about a subject or a request, and the gate every value passes."""
