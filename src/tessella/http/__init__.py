"""The HTTP service: routes, authentication, problems and middleware."""
