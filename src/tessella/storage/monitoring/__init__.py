"""What is kept to see whether models still hold."""
