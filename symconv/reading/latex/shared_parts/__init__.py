"""A formula while it is read, and what its parts have in common."""
