"""What is said of segments to people, in English and in Spanish."""
