"""A migration from a legacy system: answers from either, comparisons, and steps forward and back."""
