"""The real households that the demo shows, and how they are loaded."""
