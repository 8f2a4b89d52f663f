"""Walking expressions: their nodes, and the tensors in them."""

from __future__ import annotations

import re

import sympy

from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.tensors import nodes as nodes
from symconv.kernel.terms import CallAtom, TensorAtom, lower


def tensor_names(expr: TensorExpr) -> set[str]:
    """The tensors that are written in the expression."""
    return {node.name for node in nodes(expr) if isinstance(node, Tensor)}


def entries_of(expr: TensorExpr) -> set[str]:
    """The tensors whose entries the value depends on; inside functions, all that are written there."""
    atoms = {s.atom for t in lower(expr) for s in t.slots}
    if any(isinstance(a, CallAtom) for a in atoms):
        return tensor_names(expr)
    return {a.name for a in atoms if isinstance(a, TensorAtom)}


def is_complex(value: TensorExpr) -> bool:
    """Whether NumPy would hold the value as a complex number."""
    libraries = {node.operator.library for node in value.atoms(Operation)}
    transforms = any(re.fullmatch(r"numpy\.fft\.i?fft(2|n)?|scipy\.linalg\.dft", library) for library in libraries)
    return transforms or value.has(sympy.I) or any(t.is_complex_valued for t in value.atoms(Tensor))
