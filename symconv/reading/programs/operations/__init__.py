"""Operators, and functions of numbers and strings."""
