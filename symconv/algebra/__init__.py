"""Exact numbers in names: polynomials, powers, roots of unity. Knows no sets and no arrays."""
