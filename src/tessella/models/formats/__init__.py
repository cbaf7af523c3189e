"""The forms of model files: how each is looked into, run and written."""
