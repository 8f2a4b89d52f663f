"""Sums over chosen pairs of axes: tensordot, einsum, and the Kronecker product."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, Requirement, operator, read, same_axis
from symconv.formulas.axis import Index
from symconv.formulas.language import Formula
from symconv.formulas.language import times as product
from symconv.operators.axes import POINT, axis_number, contraction, flat_axis, literal, parameter_latex, unflatten


@operator(library="numpy.kron", family="products", operands="a b", latex=r"{a} \otimes {b}", precedence=50,
          twin=np.kron)  # fmt: skip
def kron(a: Any, b: Any) -> Definition:
    """Kronecker product: every entry of a times all of b, block by block.

    Shapes: (n, …) with (m, …) to (n·m, …), axes of size 1 put before the shorter one. Source: numpy.kron.

    >>> from symconv import Tensor, sizes
    >>> n, m, h, w = sizes("n m h w")
    >>> kron(Tensor("A", n, m), Tensor("B", h, w)).shape
    (h*n, m*w)
    """
    rank = max(len(a.axes), len(b.axes))
    left, right = ([POINT] * (rank - len(x.axes)) + list(x.axes) for x in (a, b))
    pairs = list(zip(left, right, strict=True))

    def entry(*index: Index) -> Formula:
        parts = [unflatten(pair, i) for pair, i in zip(pairs, index, strict=True)]
        first, second = ([p[side] for p in parts] for side in (0, 1))
        return product(read(a, *first[rank - len(a.axes) :]), read(b, *second[rank - len(b.axes) :]))

    return Definition(tuple(flat_axis(pair) for pair in pairs), entry)


def _tensordot_latex(a: str, b: str, axes: Any = 2) -> str:
    return rf"\operatorname{{tensordot}}({a}, {b}, {parameter_latex(axes)})"


@operator(library="numpy.tensordot", family="products", operands="a b", latex=_tensordot_latex,
          twin=np.tensordot)  # fmt: skip
def tensordot(a: Any, b: Any, axes: Any = 2) -> Definition:
    """Sum of products over pairs of axes: the last `axes` of a with the first of b, or two lists of axes.

    Shapes: the axes of a that are left, then those of b. Raises `ShapeError` where paired sizes differ.
    Source: numpy.tensordot.

    >>> from symconv import Tensor, sizes
    >>> n, m, k = sizes("n m k")
    >>> tensordot(Tensor("A", n, m), Tensor("B", k, m), axes=(1, 1)).shape
    (n, k)
    """
    left: list[Hashable] = [("a", k) for k in range(len(a.axes))]
    right: list[Hashable] = [("b", k) for k in range(len(b.axes))]
    if isinstance(axes, tuple):
        if len(axes) != 2:
            raise ShapeError("tensordot: axes are one number or two lists")
        first, second = (
            [axis_number(v, len(x.axes), "tensordot") for v in (chosen if isinstance(chosen, tuple) else (chosen,))]
            for x, chosen in zip((a, b), axes, strict=True)
        )
    else:
        count = max(literal(axes, "tensordot: axes"), 0)
        if count > min(len(left), len(right)):
            raise ShapeError(f"tensordot: {count} axes of arrays with {len(left)} and {len(right)}")
        first, second = list(range(len(left) - count, len(left))), list(range(count))
    if len(first) != len(second) or len(set(first)) < len(first) or len(set(second)) < len(second):
        raise ShapeError("tensordot: the lists of axes are not pairs of different axes")
    out = [x for k, x in enumerate(left) if k not in first] + [x for k, x in enumerate(right) if k not in second]
    for i, j in zip(first, second, strict=True):
        right[j] = left[i]
    return contraction([(a, left), (b, right)], out, "tensordot: sizes")


def _einsum_latex(*operands: Any, **parameters: Any) -> str:
    subscripts = parameters.pop("subscripts", "")
    listed = [x for o in operands for x in (o if isinstance(o, tuple) else (o,))]
    left, arrow, right = _pattern(subscripts).partition("->")
    shown = rf"\mathtt{{{left}}}" + (rf" \to \mathtt{{{right}}}" if arrow else "")
    return rf"\operatorname{{einsum}}_{{{shown}}}({', '.join(map(str, listed))})"


@operator(library="numpy.einsum", family="products", operands="operands", sequences="operands", latex=_einsum_latex,
          twin=lambda subscripts, *operands: np.einsum(_pattern(subscripts), *operands))  # fmt: skip
def einsum(subscripts: str, *operands: Any) -> Definition:
    """Sum of products by a pattern such as "ij,jk->ik": equal letters share an index, omitted ones are summed.

    Without an arrow the letters that stand once make the output, in alphabetical order. Shapes: the sizes of the
    letters after the arrow; "..." stands for axes that broadcast. Raises `ShapeError` where the sizes of a letter
    differ. Source: numpy.einsum.

    >>> from symconv import Tensor, sizes
    >>> n, m, k = sizes("n m k")
    >>> einsum("ij,jk->ik", Tensor("A", n, m), Tensor("B", m, k)).shape
    (n, k)
    """
    if not isinstance(subscripts, str) and subscripts is not Ellipsis:
        raise ShapeError("einsum: the first argument is the pattern, a string such as 'ij,jk->ik'")
    pattern = _pattern(subscripts)
    inputs, arrow, output = pattern.partition("->")
    terms = inputs.split(",")
    if not arrow:
        letters = inputs.replace(",", "").replace(".", "")
        output = ("..." if "..." in inputs else "") + "".join(x for x in sorted(set(letters)) if letters.count(x) == 1)
    if len(terms) != len(operands):
        raise ShapeError(f"einsum: {len(terms)} terms in the pattern for {len(operands)} arrays")
    ranks = [len(x.axes) - len(t.replace("...", "")) for t, x in zip(terms, operands, strict=True)]
    labelled = [(x, _letters(t, rank)) for t, x, rank in zip(terms, operands, ranks, strict=True)]
    diagonals: list[Requirement] = []
    for x, labels in labelled:
        first = dict(zip(labels, x.axes, strict=True))
        for label, axis in zip(labels, x.axes, strict=True):
            diagonals += same_axis(first[label], axis, f"einsum: sizes of {label!r} in one array")[1]
    widest = max((r for t, r in zip(terms, ranks, strict=True) if "..." in t), default=0)
    out = _letters(output, widest)
    known = {label for _, labels in labelled for label in labels}
    for label in out:
        if label not in known or out.count(label) > 1:
            raise ShapeError(f"einsum: the output's {label!r} is not one index of the inputs")
    if widest and "..." not in output:
        raise ShapeError("einsum: the output leaves out the axes of '...'")
    made = contraction(labelled, out, "einsum: sizes", broadcast=lambda label: True)
    return replace(made, requires=made.requires + tuple(diagonals))


def _pattern(subscripts: Any) -> str:
    """The pattern without blanks; "..." alone comes as Python's own."""
    return "..." if subscripts is Ellipsis else str(subscripts).replace(" ", "")


def _letters(term: str, rank: int) -> Sequence[Hashable]:
    """The labels of a term; the axes of "..." are counted from the last."""
    before, dots, after = term.partition("...")
    if not (before + after).isalpha() and before + after:
        raise ShapeError(f"einsum: {term!r} is not a term of letters")
    if rank < 0 or (rank and not dots):
        raise ShapeError(
            f"einsum: the term {term!r} has {len(before + after)} letters, its array {rank + len(before + after)} axes"
        )
    return [*before, *range(-rank, 0), *after]
