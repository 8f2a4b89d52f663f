"""What follows of hypotheses: multiples of them, summed, are 0; and A B = 1 gives B A = 1 for square matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symconv.algebra.polynomials import Floor, Poly
from symconv.formulas.conditions import Compare, Condition, defined, equal, in_range, replaced
from symconv.formulas.language import Formula, When, minus, plus, summed, times
from symconv.formulas.walking import parts, polys, substitute
from symconv.kernel.coefficients import solved
from symconv.kernel.context import Context
from symconv.kernel.statement import Equation, Statement
from symconv.kernel.terms import Slot, Term, expand, is_local
from symconv.limits import Undecided


@dataclass(frozen=True)
class Multiple:
    """Σ factor · (left − right) of a statement's hypothesis with a number, `at` an index, over the `bound` names.

    A bound name comes with where it starts and where it ends; the index may lie outside, where there is no row. If the
    hypothesis says that a product of square matrices is 1, `turned` may say it of the product the other way round.
    """

    number: int
    at: tuple[Poly, ...]
    factor: Formula
    bound: tuple[tuple[str, Poly, Poly], ...] = ()
    turned: Equation | None = None


@dataclass(frozen=True)
class Inverses:
    """Two matrices of n rows and columns whose product is 1: an atom each, read at positions in row.m and column.m."""

    left: Slot
    right: Slot
    size: Poly


def without_multiples(
    formula: Formula,
    multiples: Sequence[Multiple],
    statement: Statement,
    values: Mapping[str, Poly],
    context: Context,
) -> Formula:
    """The formula less multiples of the statement's hypotheses, in which names have `values`: it is the same.

    Raises `Undecided` where something in a multiple may be undefined: then it is not surely 0.
    """
    if not multiples:  # quicker
        return formula
    return minus(formula, plus(*(_sum(m, statement, values, context) for m in multiples)))


def _sum(multiple: Multiple, statement: Statement, values: Mapping[str, Poly], context: Context) -> Formula:
    equation = at_values(statement.hypotheses[multiple.number], values)
    if multiple.turned is not None:
        one, other = inverses(equation), inverses(multiple.turned)
        if one is None or other is None or (one.left, one.right, one.size) != (other.right, other.left, other.size):
            raise Undecided("these matrices are not those of the hypothesis")
        equation = multiple.turned
    rows = [c for c in equation.conditions if isinstance(c, Compare)]
    if len(rows) < len(equation.conditions) or len(multiple.at) != len(equation.indices):
        raise Undecided("this hypothesis holds for a part of its rows")
    bound = {name for name, *_ in multiple.bound}
    numbers = [*multiple.at, *(end for _, *ends in multiple.bound for end in ends)]
    if not bound.isdisjoint({*context.names, *values}) or not all(map(is_local, bound)):
        raise Undecided("a multiple of a hypothesis is summed over a name that has a meaning")
    if not all(map(is_whole, numbers)):
        raise Undecided("a row of a hypothesis that is none")
    numbers += [poly for part in parts(multiple.factor) for poly in polys(part)]
    if not all(context.implies(need) for poly in numbers for need in defined(poly)):
        raise Undecided("a multiple of a hypothesis that may be undefined")
    at = dict(zip(equation.indices, multiple.at, strict=True))
    difference = minus(substitute(equation.left, at), substitute(equation.right, at))
    rows = [row.substitute(at) for row in rows]
    return summed(multiple.bound, times(multiple.factor, When(tuple(rows), difference)))


def is_whole(number: Poly) -> bool:
    """Whether a number is whole wherever its names are."""
    return all(isinstance(c, int) for c in number.terms.values()) and all(
        isinstance(atom, (str, Floor)) for monomial in number.terms for atom in monomial
    )


def at_values(equation: Equation, values: Mapping[str, Poly]) -> Equation:
    """The equation with values of its free names."""
    conditions = tuple(replaced(c, values) for c in equation.conditions)
    return Equation(substitute(equation.left, values), substitute(equation.right, values), equation.indices, conditions)


def difference_terms(left: Formula, right: Formula) -> list[Term]:
    """The terms of left − right, without bound names that an equation gives."""
    return [solved(t) for t in (*expand(left), *(t.negated for t in expand(right)))]


def inverses(equation: Equation) -> Inverses | None:
    """The matrices of which an equation says that Σ_k left[i, k] · right[k, j] is 1 for i = j and 0 otherwise.

    All indices run from 0 to the same size. None if it says anything else.
    """
    terms = difference_terms(equation.left, equation.right)
    product, number = next(((a, b) for a in terms for b in terms if a.slots and not b.slots), (None, None))
    if product is None or number is None or len(terms) != 2 or len(equation.indices) != 2:
        return None
    if len(product.bound) != 1 or number.bound or len(product.slots) != 2 or product.coefficient.constant is None:
        return None
    (i, j), (k,) = equation.indices, product.bound
    size = next((size for c in equation.conditions if (size := _end(c, i)) is not None), None)
    if size is None or not size.names.isdisjoint({i, j, k}):
        return None
    rows = {*in_range(Poly.name(i), size), *in_range(Poly.name(j), size)}
    diagonal = {equal(Poly.name(i), Poly.name(j)), equal(Poly.name(j), Poly.name(i))}
    is_one = (
        {*equation.conditions} == rows
        and {*product.guards} - rows == {*in_range(Poly.name(k), size)}
        and len({*number.guards} - rows) == 1
        and {*number.guards} - rows <= diagonal
        and number.coefficient == -product.coefficient
    )
    first, second = sorted(product.slots, key=lambda slot: not _names(slot) & {i})
    if not is_one or _names(first) & {i, j, k} != {i, k} or _names(second) & {i, j, k} != {j, k}:
        return None
    row, column = Poly.name(_ROW), Poly.name(_COLUMN)
    return Inverses(_renamed(first, {i: row, k: column}), _renamed(second, {k: row, j: column}), size)


_ROW, _COLUMN = "row.m", "column.m"


def placed(matrix: Slot, row: Poly, column: Poly) -> Slot:
    """The entry of one of two inverse matrices at a row and a column."""
    return _renamed(matrix, {_ROW: row, _COLUMN: column})


def _end(condition: Condition, name: str) -> Poly | None:
    """The size that a condition keeps a name below."""
    if isinstance(condition, Compare) and condition.relation == ">=" and condition.poly.coefficient(name) == -1:
        return condition.poly + Poly.name(name) + 1
    return None


def _names(slot: Slot) -> frozenset[str]:
    return frozenset().union(*(i.names for i in slot.index))


def _renamed(slot: Slot, values: Mapping[str, Poly]) -> Slot:
    return Slot(slot.atom, tuple(i.substitute(values) for i in slot.index))
