"""The notations: what each part of a formula stands for."""
