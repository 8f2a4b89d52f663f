"""What the families share: matching axes, flattening, contracting, and reading parameters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any

from sympy import Expr

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.errors import ShapeError
from symconv.expressions.conversion import to_poly
from symconv.expressions.registry import Definition, Requirement, read, same_axis
from symconv.formulas.axis import Axis, Index, from_digits
from symconv.formulas.conditions import Compare, at_least
from symconv.formulas.language import Conj, Formula, Plus, Read, Scalar, Times, total
from symconv.formulas.language import times as product

POINT = Axis.of(1)


def shape_latex(shape: Any) -> str:
    """Sizes joined by ×, sums in brackets."""
    from sympy import latex

    sizes = [latex(size) for size in (shape if isinstance(shape, tuple) else (shape,))]
    shown = [f"({s})" if len(sizes) > 1 and ("+" in s or "-" in s) else s for s in sizes]
    return r" \times ".join(shown)


def keywords_latex(parameters: Mapping[str, Any]) -> list[str]:
    """Parameters by name."""
    words = {k: k.replace("_", r"\ ") for k in parameters}
    return [rf"\mathrm{{{words[k]}}}={parameter_latex(v)}" for k, v in parameters.items() if v is not None]


def parameter_latex(value: Any) -> str:
    """A parameter in print: sequences in brackets, strings as they are typed."""
    from sympy import latex

    match value:
        case (one,):
            return f"[{parameter_latex(one)}]"
        case tuple():
            return f"({','.join(map(parameter_latex, value))})"
        case str():
            return rf"\mathtt{{{value}}}"
        case None:
            return r"\mathrm{None}"
    return latex(value)


def integer(value: Any, what: str) -> Poly:
    """A whole number, size or index expression as a polynomial."""
    if isinstance(value, bool) or not isinstance(value, (int, Expr)):
        raise ShapeError(f"{what} {value!r} is not an integer")
    poly = Poly.of(value) if isinstance(value, int) else to_poly(value)
    if poly.constant is not None and poly.integer is None:
        raise ShapeError(f"{what} {poly} is not an integer")
    return poly


def number_value(value: Any, what: str) -> Poly:
    """A number that need not be whole, or a size, as a polynomial."""
    if isinstance(value, bool) or not isinstance(value, (int, Expr)):
        raise ShapeError(f"{what} {value!r} is not a number")
    return Poly.of(value) if isinstance(value, int) else to_poly(value)


def bounded(value: Any, least: int, what: str) -> tuple[Poly, tuple[Compare, ...]]:
    """An integer parameter of at least `least`: a number is checked, a symbol makes a need."""
    poly = integer(value, what)
    if poly.integer is None:
        return poly, (at_least(poly, least),)
    if poly.integer < least:
        raise ShapeError(f"{what} {poly} is less than {least}")
    return poly, ()


def ordered(smaller: Poly, larger: Poly, what: str) -> tuple[Compare, ...]:
    """The need that one number is at most another: checked if they are known, else assumed and reported."""
    difference = (larger - smaller).constant
    if difference is None:
        return (at_least(larger, smaller),)
    if difference < 0:
        raise ShapeError(f"{what}: {smaller} is more than {larger}")
    return ()


def literal(value: Any, what: str) -> int:
    """A parameter that has to be a plain number."""
    number = integer(value, what).integer
    if number is None:
        raise ShapeError(f"{what} {value} is not a number")
    return number


def axis_number(value: Any, rank: int, name: str) -> int:
    """The position of an axis; negative ones count from the end."""
    axis = literal(value, f"{name}: axis")
    if not -rank <= axis < rank:
        raise ShapeError(f"{name}: axis {axis} does not exist in an array with {rank} axes")
    return axis % rank


def axis_numbers(value: Any, rank: int, name: str) -> tuple[int, ...]:
    """The positions of one axis, several, or (None) all."""
    if value is None:
        return tuple(range(rank))
    chosen = tuple(axis_number(v, rank, name) for v in (value if isinstance(value, tuple) else (value,)))
    if len(set(chosen)) != len(chosen):
        raise ShapeError(f"{name}: axis {next(a for a in chosen if chosen.count(a) > 1)} is given twice")
    return chosen


def diagonal_axes(axis1: Any, axis2: Any, rank: int, name: str) -> tuple[int, int]:
    """The positions of the two different axes that a diagonal runs along."""
    if rank < 2:
        raise ShapeError(f"{name}: an array with {rank} axes has no diagonal")
    first, second = axis_number(axis1, rank, name), axis_number(axis2, rank, name)
    if first == second:
        raise ShapeError(f"{name}: axis1 and axis2 are the same")
    return first, second


def shape_of(value: Any, name: str) -> tuple[tuple[Axis, ...], tuple[Compare, ...]]:
    """The axes of a shape parameter, an integer or a tuple, and that none is negative."""
    parts = [bounded(v, 0, f"{name}: size") for v in (value if isinstance(value, tuple) else (value,))]
    return tuple(Axis((size,)) for size, _ in parts), tuple(n for _, needs in parts for n in needs)


def scalar_value(formula: Formula) -> Poly | None:
    """The polynomial of a formula that reads no tensor, else None."""
    match formula:
        case Scalar(value):
            return value
        case Read(array, ()) if array.leaf is None:
            return scalar_value(array.entry())
        case Plus(parts) | Times(parts):
            result = ZERO if isinstance(formula, Plus) else ONE
            for part in parts:
                found = scalar_value(part)
                if found is None:
                    return None
                result = result + found if isinstance(formula, Plus) else result * found
            return result
    return None


def along(common: Axis, own: Axis, index: Index) -> Index:
    """The index into an operand's axis for an index along the common one; size 1 broadcasts."""
    if own.size == 1 and common.size != 1:
        return own.index([ZERO] * len(own.digits))
    return same_axis(common, own, "sizes")[0](index)


def merge(first: Axis, second: Axis, message: str, broadcast: bool) -> tuple[Axis, tuple[Requirement, ...]]:
    """The common axis of two that must agree, and what that requires."""
    if broadcast and first.size == 1:
        return second, ()
    if broadcast and second.size == 1:
        return first, ()
    return first, same_axis(first, second, message)[1]


def flat_axis(axes: Sequence[Axis], order: str = "C") -> Axis:
    """The axis that holds every entry: all digits in order, those of size 1 left out."""
    digits = tuple(d for axis in (axes if order == "C" else reversed(axes)) for d in axis.digits if d != 1)
    return Axis(digits) if digits else POINT


def unflatten(axes: Sequence[Axis], index: Index, order: str = "C") -> list[Index]:
    """The indices along the axes for an index along their flat axis."""
    parts = iter(flat_axis(axes, order).parts(index))
    ordered = axes if order == "C" else axes[::-1]
    found = from_digits(ordered, (ZERO if d == 1 else next(parts) for axis in ordered for d in axis.digits))
    return [*found] if order == "C" else [*found[::-1]]


def contraction(
    operands: Sequence[tuple[Any, Sequence[Hashable]]],
    out: Sequence[Hashable],
    message: str,
    *,
    conjugate: Collection[int] = (),
    broadcast: Callable[[Hashable], bool] = lambda label: False,
) -> Definition:
    """Σ of the product of entries, an axis for each label: equal labels share an index.

    Labels that `out` leaves out are summed, in order of first appearance. `conjugate` holds the
    positions of conjugated operands; `broadcast` says which labels let a size of 1 stretch.
    """
    axes: dict[Hashable, Axis] = {}
    requires: list[Requirement] = []
    for array, labels in operands:
        for label, own in zip(labels, array.axes, strict=True):
            if label in axes:
                axes[label], required = merge(axes[label], own, message, broadcast(label))
                requires += required
            else:
                axes[label] = own
    summed = [label for label in axes if label not in out]

    def entry(*index: Index) -> Formula:
        def body(*bound: Index) -> Formula:
            at = dict(zip([*out, *summed], [*index, *bound], strict=True))
            factors = [
                read(
                    array, *(along(axes[label], own, at[label]) for label, own in zip(labels, array.axes, strict=True))
                )
                for array, labels in operands
            ]
            return product(*(Conj(f) if k in conjugate else f for k, f in enumerate(factors)))

        return total([axes[label] for label in summed], body)

    return Definition(tuple(axes[label] for label in out), entry, requires=tuple(requires))
