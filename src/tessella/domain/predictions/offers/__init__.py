"""The next best offer: what is known of each, and which is the best."""
