"""Versions of what is calculated ahead: folders that are whole or not there, and one maker at a time."""
