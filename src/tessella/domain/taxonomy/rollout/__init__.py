"""A migration from a legacy system: who is answered by which, where they differ, whether that is little enough."""
