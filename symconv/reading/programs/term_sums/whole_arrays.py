"""Terms as whole arrays: flattened axes as those of an array that is reshaped."""

from __future__ import annotations

from collections.abc import Sequence

from symconv.algebra.polynomials import ZERO, Poly
from symconv.expressions.conversion import symbol, to_argument, to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.kernel.facts import Facts
from symconv.reading.programs.term_sums.flat_indices import (
    Digits,
    bound_in_digits,
    in_digits,
    without_equal_quotients,
    without_small_quotients,
)
from symconv.reading.programs.term_sums.summed_terms import (
    Terms,
    element,
    expression_of,
    names_in,
    simplified,
    sizes_of,
)

_LETTERS = "mnpqrst"


def array_of(shape: Sequence[Poly], terms: Terms, facts: Facts) -> TensorExpr:
    """The array, or scalar, that the terms describe; `terms` are simplified already."""
    rank = len(shape)
    if not rank:
        return expression_of(terms)
    if not terms:
        return REGISTRY["zeros"](tuple(map(to_sympy, shape)))
    if len(terms) == 1 and not terms[0].guards and not terms[0].bound:
        base = _whole(terms[0].value, shape)
        if base is not None:
            return base
    digits: list[Digits] = []
    for name, size in zip(element(rank), shape, strict=True):
        terms, parts = in_digits(terms, name, size, facts)
        digits.append(parts)
    places = [one for parts in digits for one in parts]
    for name, size in places:
        facts = facts.within(name, ZERO, size)
    split = without_equal_quotients(tuple(bound_in_digits(t, facts) for t in terms), facts)
    terms = without_small_quotients(terms if split == terms else simplified(split, facts), facts)
    body = expression_of(terms)
    taken = names_in(terms) | {t.name for t in body.atoms(Tensor)}
    taken |= {*facts.sizes, *facts.integers} | {str(n) for p in shape for n in p.names}
    names = [n for n in (*_LETTERS, *(f"i{k}" for k in range(len(taken) + len(places)))) if n not in taken]
    named = list(zip(names, places, strict=False))
    body = body.replace_names({place: Poly.name(name) for name, (place, _) in named})
    for name, (_, size) in reversed(named):
        body = REGISTRY["index_stack"](body, name, to_sympy(size))
    return body if len(places) == rank else REGISTRY["reshape"](body, tuple(map(to_argument, shape)))


def _whole(value: TensorExpr | None, shape: Sequence[Poly]) -> TensorExpr | None:
    """The array of which the value is the element, if its shape is the same."""
    if not isinstance(value, Operation) or value.operator.name != "index":
        return None
    base, key = value.arguments["a"], value.arguments["key"]
    return base if sizes_of(base) == tuple(shape) and key == tuple(symbol(n) for n in element(len(shape))) else None
