"""Sources of customers: described, tried, declared on, watched, and read a customer at a time."""
