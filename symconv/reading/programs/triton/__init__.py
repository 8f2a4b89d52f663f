"""Triton's kernels: their memory, their functions and their launch."""
