"""The catalogue: items, what has to hold for them, and their columns as a ranking reads them."""
