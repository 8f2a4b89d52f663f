"""The grammar of formulas, and its tree."""
