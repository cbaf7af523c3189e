"""Audiences: segments over everybody, calculated apart from requests and read at any time."""
