"""Calls of Python's, NumPy's, PyTorch's and JAX's functions."""
