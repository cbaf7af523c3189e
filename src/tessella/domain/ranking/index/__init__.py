"""What is computed ahead: one version of everything that a ranking reads besides the request."""
