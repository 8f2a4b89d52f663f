"""Arrays of numbers as LaTeX and as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import Any

import numpy as np
import sympy

from symconv.algebra.polynomials import Poly
from symconv.expressions.conversion import to_sympy
from symconv.kernel.sparse_arrays import SparseArray, nonzero
from symconv.printing.notation import current

#: Arrays with more columns or rows than this are told by their non-zero entries.
_WIDEST = 12


def array_latex(array: Any, name: str, mark: tuple[int, ...] | None = None) -> str:
    r"""An equation that gives a named array; three axes and more are told plane by plane, the entry at `mark` boxed.

    >>> array_latex([[1, 0], [0, 2]], "K")
    'K=\\begin{bmatrix}1&0\\\\0&2\\end{bmatrix}'
    >>> array_latex([[[1, 0]], [[0, 3]]], "X")
    'X_{0}=\\begin{bmatrix}1&0\\end{bmatrix},\\quad X_{1}=\\begin{bmatrix}0&3\\end{bmatrix}'
    """
    return array_equation(array, current().name(name), mark)


def array_equation(array: Any, shown: str, mark: tuple[int, ...] | None = None, equals: str = "=") -> str:
    """An equation that gives an array whose name, or what it is the value of, is shown as LaTeX."""
    shape = np.shape(array)
    if shape and (max(shape) > _WIDEST or prod(shape[:-2]) > _WIDEST):
        return _sparse(array, shown, equals)
    values = np.asarray(array, dtype=object)
    if values.ndim == 0:
        return f"{shown}{equals}{number_latex(values.item())}"
    written = np.array([number_latex(v) for v in values.flat], dtype=object).reshape(values.shape)
    if mark is not None:
        written[mark] = rf"\boxed{{{written[mark]}}}"
    if values.ndim <= 2:
        return f"{shown}{equals}{_matrix(np.atleast_2d(written))}"
    planes = np.ndindex(*values.shape[:-2])
    return r",\quad ".join(f"{_entry(shown, index)}{equals}{_matrix(written[index])}" for index in planes)


def array_text(array: Any, name: str, mark: tuple[int, ...] | None = None) -> str:
    """The same in plain text, as nested lists, the entry at `mark` between arrows.

    >>> array_text([[1, 0], [0, 2]], "K", (1, 1))
    'K = [[1, 0], [0, →2←]]'
    """
    if isinstance(array, SparseArray):
        shown = [f"{name}{list(index)} = {value}" for index, value in nonzero(array)]
        return ", ".join([*shown, "all other entries 0"])

    def nested(values: Any, at: tuple[int, ...]) -> str:
        if isinstance(values, list):
            return f"[{', '.join(nested(v, (*at, i)) for i, v in enumerate(values))}]"
        return f"→{values}←" if at == mark else str(values)

    return f"{name} = {nested(np.asarray(array, dtype=object).tolist(), ())}"


def _matrix(rows: Iterable[Iterable[str]]) -> str:
    body = r"\\".join("&".join(row) for row in rows)
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"


def _sparse(array: Any, shown: str, equals: str) -> str:
    entries = [f"{_entry(shown, index)}{equals}{number_latex(value)}" for index, value in nonzero(array)[: 2 * _WIDEST]]
    return ",\\ ".join([*entries, r"\text{all other entries }0"])


def _entry(shown: str, index: Iterable[Any]) -> str:
    notation = current()
    base = f"{{{shown}}}" if "_" in shown and notation.has_low_subscripts else shown
    return notation.entry(base, [*map(str, index)])


def number_latex(value: Any) -> str:
    """A number as LaTeX; whole floats lose their `.0`."""
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
    if isinstance(value, (str, type(None))):
        return value or ""
    if isinstance(value, (tuple, list)) or getattr(value, "shape", None):
        entries = [number_latex(entry) for entry in _listed(value)]
        return "(" + ", ".join(entries) + (",)" if len(entries) == 1 else ")")
    if isinstance(value, complex) and value.imag == 0:
        value = value.real
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(sympy.latex(to_sympy(value) if isinstance(value, Poly) else sympy.sympify(value)))


def _listed(value: Any) -> Sequence[Any]:
    return value.tolist() if hasattr(value, "tolist") else value
