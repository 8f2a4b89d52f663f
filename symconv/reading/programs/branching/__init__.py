"""Conditions, and the paths into branches and out of them."""
