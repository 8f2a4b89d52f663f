"""Printing expressions and formulas, and reading LaTeX."""
