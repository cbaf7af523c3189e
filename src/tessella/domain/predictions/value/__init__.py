"""Customers' value: purchases to come, and what they will come to."""
