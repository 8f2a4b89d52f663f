"""Walking expressions: their nodes, the tensors in them, and one tensor replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sympy

from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.kernel.terms import CallAtom, TensorAtom, lower


def nodes(expr: TensorExpr) -> Iterator[TensorExpr]:
    """The expression and everything inside it, outermost first."""
    yield expr
    if isinstance(expr, Operation):
        for part in expr.children:
            yield from nodes(part)


def tensor_names(expr: TensorExpr) -> set[str]:
    """The tensors that are written in the expression."""
    return {node.name for node in nodes(expr) if isinstance(node, Tensor)}


def entries_of(expr: TensorExpr) -> set[str]:
    """The tensors whose entries the value depends on; inside functions, all that are written there."""
    atoms = {s.atom for t in lower(expr) for s in t.slots}
    if any(isinstance(a, CallAtom) for a in atoms):
        return tensor_names(expr)
    return {a.name for a in atoms if isinstance(a, TensorAtom)}


def with_tensor(expr: TensorExpr, name: str, value: TensorExpr) -> TensorExpr:
    """The expression with a tensor replaced."""
    found = {node for node in nodes(expr) if isinstance(node, Tensor) and node.name == name}
    return expr.xreplace(dict.fromkeys(found, value)) if found else expr


def is_complex(value: TensorExpr) -> bool:
    """Whether NumPy would hold the value as a complex number."""
    libraries = {node.operator.library for node in value.atoms(Operation)}
    transforms = any(re.fullmatch(r"numpy\.fft\.i?fft(2|n)?|scipy\.linalg\.dft", library) for library in libraries)
    return transforms or value.has(sympy.I) or any(t.is_complex_valued for t in value.atoms(Tensor))
