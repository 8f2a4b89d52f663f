"""Functions, classes and modules that are read."""
