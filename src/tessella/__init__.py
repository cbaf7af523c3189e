"""Define a segment once and decide with it everywhere: in a request, in an experiment, over a warehouse."""

__version__ = "0.1.0"
