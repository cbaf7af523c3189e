"""Files of events and facts: which column is which field."""
