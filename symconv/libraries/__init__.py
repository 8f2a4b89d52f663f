"""What the functions of NumPy, SciPy, PyTorch, JAX and einops do with tensors, by their full names."""
