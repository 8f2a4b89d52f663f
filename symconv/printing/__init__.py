"""Expressions, formulas and conditions as text, LaTeX, SymPy, MathML and code. Never decides."""
