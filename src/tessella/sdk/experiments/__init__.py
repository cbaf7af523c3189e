"""The services of requirement B over the use cases: `tessella.experiments` offers them."""
