"""TeX: its pieces, the author's macros, and papers."""
