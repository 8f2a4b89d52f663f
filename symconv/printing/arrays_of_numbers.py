"""Arrays of numbers as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import sympy

from symconv.expressions.latex_names import name_latex
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
    values = np.asarray(array, dtype=object)
    shown = name_latex(name)
    if values.ndim == 0:
        return f"{shown}={number_latex(values.item())}"
    if max(values.shape) > _WIDEST or np.prod(values.shape[:-2], dtype=int) > _WIDEST:
        return _sparse(values, shown)
    written = np.array([number_latex(v) for v in values.flat], dtype=object).reshape(values.shape)
    if mark is not None:
        written[mark] = rf"\boxed{{{written[mark]}}}"
    if values.ndim <= 2:
        return f"{shown}={_matrix(np.atleast_2d(written))}"
    planes = np.ndindex(*values.shape[:-2])
    return r",\quad ".join(f"{_entry(shown, index)}={_matrix(written[index])}" for index in planes)


def _matrix(rows: Iterable[Iterable[str]]) -> str:
    body = r"\\".join("&".join(row) for row in rows)
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"


def _sparse(values: Any, shown: str) -> str:
    entries = [
        f"{_entry(shown, index)}={number_latex(values[tuple(index)])}"
        for index in np.argwhere(values != 0)[: 2 * _WIDEST]
    ]
    return ",\\ ".join([*entries, r"\text{all other entries }0"])


def _entry(shown: str, index: Iterable[Any]) -> str:
    return current().entry_of(shown, [*map(str, index)])


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
    return str(sympy.latex(sympy.sympify(value)))


def _listed(value: Any) -> Sequence[Any]:
    return value.tolist() if hasattr(value, "tolist") else value
