"""Reads of flattened arrays at i·W + j, as reads at the digits i and j where these are in range."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from symconv.algebra.polynomials import Poly
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.kernel.facts import Facts
from symconv.reading.programs.term_sums.summed_terms import read_at, sizes_of
from symconv.reading.programs.values.flat_memory import digits_within


def unflattened(value: TensorExpr, facts: Facts) -> TensorExpr:
    """A value whose reads of flattened arrays name the digits of the index."""
    digits: dict[Any, Any] = {}
    for node in value.atoms(Operation):
        if node.operator.name != "index" or not isinstance(flat := node.arguments["a"], Operation):
            continue
        is_flat = flat.operator.name in ("ravel", "reshape") and len(flat.axes) == 1
        key = node.arguments["key"]
        if not is_flat or flat.arguments["order"] != "C" or len(key) != 1 or not isinstance(key[0], (int, Expr)):
            continue
        inner = flat.arguments["a"]
        offset = Poly.of(key[0]) if isinstance(key[0], int) else to_poly(key[0])
        index = digits_within(offset, sizes_of(inner), facts)
        if index is not None and len(index) > 1:
            digits[node] = read_at(inner, index)
    return value.xreplace(digits) if digits else value
