"""Values of expressions on arrays, through NumPy's own functions and through index formulas."""
