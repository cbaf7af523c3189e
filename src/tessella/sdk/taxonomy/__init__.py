"""The functions of requirement C over the use cases: `tessella.taxonomy` offers them."""
