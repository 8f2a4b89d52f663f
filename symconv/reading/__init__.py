"""LaTeX, source code, calls of NumPy and einops, and SymPy's own expressions, as claims and expressions."""
