"""One module per resource: read the request, call a use case, answer."""
