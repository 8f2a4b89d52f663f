"""New arrays, their entries, and what names and entries hold after an assignment."""
