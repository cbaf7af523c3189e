"""Give units their variants, and take what they bring."""
