"""Tensors as SymPy nodes; what an operator is; unfolding one."""
