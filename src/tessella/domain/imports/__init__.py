"""Files of events, facts and items: which column is which field."""
