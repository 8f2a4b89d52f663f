"""Arrays under conditions on sizes and indices: entries that are 0 elsewhere, and what is taken for granted."""

from __future__ import annotations

from typing import Any

import sympy

from symconv.errors import SymconvError
from symconv.expressions.conversion import to_poly, to_sympy
from symconv.expressions.registry import Definition, operator, read
from symconv.formulas.axis import Index
from symconv.formulas.conditions import All, Compare, at_least, defined_in
from symconv.formulas.language import Formula, When

RELATIONS = (">=", "==", "!=")


def written(conditions: tuple[Compare, ...]) -> tuple[tuple[Any, str], ...]:
    """Conditions as parameters of an operator: each a number, and how it compares with 0.

    >>> from symconv.algebra.polynomials import Poly
    >>> written((Compare(Poly.name("m") - 1, ">="),))
    ((m - 1, '>='),)
    """
    return tuple((to_sympy(-c.poly if _is_turned(c) else c.poly), c.relation) for c in conditions)


def _is_turned(condition: Compare) -> bool:
    """Whether an equation has names on its right side only, and is read the other way round."""
    positive = any(c > 0 for monomial, c in condition.poly.terms.items() if monomial)
    return condition.relation != ">=" and bool(condition.poly.names) and not positive


def compared(conditions: Any) -> tuple[Compare, ...]:
    """The conditions that parameters stand for."""
    made = []
    for value, relation in conditions:
        if relation not in RELATIONS:
            raise SymconvError(f"{relation!r} is not one of {', '.join(RELATIONS)}")
        made.append(Compare(to_poly(sympy.sympify(value)), str(relation)))
    return tuple(made)


def _holds(conditions: Any) -> bool:
    order = {">=": lambda v: v >= 0, "==": lambda v: v == 0, "!=": lambda v: v != 0}
    return all(order[relation](value) for value, relation in conditions)


@operator(library="symconv.when", family="functions", operands="body", latex="{body}", precedence=50,
          twin=lambda body, conditions: body if _holds(conditions) else body * 0)  # fmt: skip
def when(body: Any, conditions: Any) -> Definition:
    """The body where every condition holds, else 0; a condition is a number and how it compares with 0.

    What the body needs is asked for only where the conditions hold. In a claim: (body if m >= 1 else 0). Shapes:
    unchanged. Raises `SymconvError` for a relation other than ">=", "==" and "!=". Source: symconv.when, as Python's
    conditional expression.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> when(Tensor("x", n)[m - 1], [(m - 1, ">=")]).shape
    ()
    """
    conditions = compared(conditions)

    def entry(*index: Index) -> Formula:
        return When(conditions, read(body, *index)) if conditions else read(body, *index)

    sizes = (at_least(axis.size, 0) for axis in body.axes if not axis.size.is_atom and axis.size.constant is None)
    return Definition(body.axes, entry, (*defined_in(All(conditions)), *sizes), guards=conditions)


@operator(library="symconv.assume", family="functions", operands="body", latex="{body}", closed=True,
          twin=lambda body, conditions: body)  # fmt: skip
def assume(body: Any, conditions: Any) -> Definition:
    """The body, of which exactly these conditions on sizes are assumed, and reported.

    In a claim: assume(body, H >= h). It is what a program comes to: everything else that its operations need has been
    shown to follow, and the names in it that are no sizes are integer parameters. Shapes: unchanged. Source:
    symconv.assume.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> assume(Tensor("x", n), [(n - m, ">=")]).shape
    (n,)
    """
    return Definition(body.axes, lambda *index: read(body, *index), compared(conditions))


@operator(library="symconv.needing", family="functions", operands="body", latex="{body}",
          twin=lambda body, conditions: body)  # fmt: skip
def needing(body: Any, conditions: Any) -> Definition:
    """The body, which is there only where these conditions on sizes hold: they are assumed, and reported.

    In a claim: needing(body, H >= h). It is what a function comes to that raises elsewhere. Shapes: unchanged. Source:
    symconv.needing.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> needing(Tensor("x", n), [(n - m, ">=")]).shape
    (n,)
    """
    return Definition(body.axes, lambda *index: read(body, *index), compared(conditions))
