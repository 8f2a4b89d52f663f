"""What symconv costs, beside SymPy and z3 on the same claims: `python -m benchmarks`."""
