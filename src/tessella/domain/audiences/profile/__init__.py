"""What sets a segment apart from everybody else, feature by feature."""
