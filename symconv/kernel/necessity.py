"""What equations between arrays say of the entries of some tensors, derived from the statements that hold them.

Rows of hypotheses may give those of the sides, so that what is supposed suffices; rows of the sides, equal for any
other tensors, may give those of a condition, which is then necessary, as it is where the sides surely differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import reduce

import islpy as isl

from symconv.algebra.polynomials import Poly
from symconv.formulas.conditions import All, Condition, condition_names, defined, equal, replaced
from symconv.formulas.language import Array, Formula, Read
from symconv.formulas.walking import free_names, substitute
from symconv.kernel import presburger
from symconv.kernel.consequences import at_values, is_whole
from symconv.kernel.context import Context
from symconv.kernel.decide import difference
from symconv.kernel.implied import not_implied
from symconv.kernel.quotient_and_remainder import Split, split_parameters
from symconv.kernel.reduction import Reduced, entailed
from symconv.kernel.replay import names_of_tensors
from symconv.kernel.rows import Rows, Unknowns, rows
from symconv.kernel.statement import Equation, Statement
from symconv.kernel.use_of_hypotheses import tensors_in
from symconv.limits import Undecided

Place = tuple[int, Mapping[str, Poly]]
"""The number of a link, and what its names of indices are at one of its entries."""


def not_sufficient(statement: Statement, reduced: Reduced, names: Iterable[str]) -> isl.Set:
    """The sizes at which hypotheses on the named tensors alone are not seen to make the sides equal."""
    values = reduced.values(statement)
    return _not_given(reduced.left, reduced.right, statement, values, reduced.context, {*names})


def is_given_by_rows(
    left: Formula, right: Formula, statement: Statement, values: Mapping[str, Poly], context: Context
) -> bool:
    """Whether the rows of a statement's hypotheses make formulas equal, at the values that its names have there."""
    try:
        return bool(_not_given(left, right, statement, values, context).is_empty())
    except Undecided:
        return False


def _not_given(
    left: Formula,
    right: Formula,
    statement: Statement,
    values: Mapping[str, Poly],
    context: Context,
    chosen: set[str] | None = None,
) -> isl.Set:
    """The sizes at which the rows of hypotheses, those on chosen tensors alone, are not seen to make formulas equal."""
    stated = [h for h in statement.hypotheses if _is_free(h, statement.indices)]
    about = [h for h in stated if chosen is None or names_of_tensors([h]) <= chosen]
    unknowns = _unknowns(about)
    if not about or unknowns is None:
        raise Undecided(f"no hypothesis is about {' and '.join(chosen or ())} alone")
    known = _rows_of_equations([at_values(h, values) for h in about], _over_sizes(context), unknowns)
    wanted = rows(difference(left, right, context), unknowns)
    if known is None or wanted is None:
        raise not_linear(_names(unknowns))
    return not_implied(known, wanted)


def not_necessary(
    condition: Statement, links: Sequence[Statement], forms: Sequence[Reduced], inside: Sequence[Reduced]
) -> isl.Set:
    """The sizes at which links, holding for all tensors that a condition does not name, are not seen to give it.

    The reduced forms of the links are those at all sizes, and `inside`, where what the condition says of sizes holds.
    """
    wanted = [h for h in condition.hypotheses if h not in links[0].hypotheses]
    unknowns = _unknowns(wanted)
    if unknowns is None or not all(_is_free(h, condition.indices) for h in wanted):
        raise Undecided("the condition is about entries at a free index")
    supposed = _with_equal_shapes(links)
    known, context = _rows_of_links(supposed, forms, unknowns)
    outside = known.allowed.subtract(known.contradictory).subtract(_sizes_of(condition, links, forms[0]))
    if not outside.is_empty():
        return outside
    if inside is not forms:
        of_sizes = _of_sizes(condition)
        supposed = [replace(one, conditions=tuple(dict.fromkeys((*one.conditions, *of_sizes)))) for one in supposed]
        known, context = _rows_of_links(supposed, inside, unknowns)
    values = inside[0].values(condition)
    own = _rows_of_equations([at_values(h, values) for h in wanted], context, unknowns)
    if own is None:
        raise not_linear(_names(unknowns))
    return not_implied(known, own)


def not_surely_different(
    condition: Statement, links: Sequence[Statement], forms: Sequence[Reduced], places: Sequence[Place]
) -> isl.Set:
    """The sizes outside a condition at which links are not seen to differ, as wholes or at one of the places."""
    stated = _entailed(_with_equal_shapes(links), forms, ())
    allowed = _allowed_by(condition, links, forms[0])
    try:
        rest = _alike_outside(allowed, stated)
    except Undecided:
        split = split_parameters(
            (side for form in stated for side in (form.left, form.right)), stated[0].context, allowed
        )
        if split is None or not _alike_outside(*_split(split, allowed, stated)).is_empty():
            raise
        return presburger.empty(len(stated[0].context.outer))
    for number, place in places:
        with suppress(Undecided):
            rest = rest.subtract(difference(*_at_place(stated[number], place)).sizes_that_surely_differ())
    return rest


def _split(
    split: Split, allowed: Sequence[Condition], stated: Sequence[Reduced]
) -> tuple[list[Condition], list[Reduced]]:
    """Conditions and links with parameters replaced by quotients and remainders."""
    forms = [
        replace(f, left=split.read(f.left), right=split.read(f.right), context=split.context(f.context)) for f in stated
    ]
    return [split.condition(c) for c in allowed], forms


def _alike_outside(allowed: Sequence[Condition], stated: Sequence[Reduced]) -> isl.Set:
    """The sizes outside conditions at which links are not seen to differ as wholes."""
    rest = reduce(isl.Set.intersect, (form.context.frame().sizes for form in stated))
    rest = rest.subtract(presburger.condition_set(stated[0].context.outer, All(tuple(allowed))))
    for form in stated:
        rest = rest.subtract(difference(form.left, form.right, form.context).sizes_that_surely_differ())
    return rest


def not_linear(names: Iterable[str]) -> Undecided:
    """What to say where there are no rows."""
    return Undecided(f"the sides or the condition are not linear in {' and '.join(names)}")


def _entailed(statements: Sequence[Statement], forms: Sequence[Reduced], fixed: Iterable[str]) -> list[Reduced]:
    """The forms of statements, which follow from them, over the same sizes and parameters."""
    found = [entailed(form, one, {*fixed}) for one, form in zip(statements, forms, strict=True)]
    known = [form for form in found if form is not None and form.context.outer == forms[0].context.outer]
    if len(known) < len(found):
        raise Undecided("the hypotheses may say more of the other tensors than is used")
    return known


def _names(unknowns: Unknowns) -> list[str]:
    return list(dict.fromkeys(atom.name for atom in unknowns.atoms))


def _with_equal_shapes(links: Sequence[Statement]) -> list[Statement]:
    """The links at sizes at which the sides of all of them have equal shapes: at others one does not hold."""
    axes = [pair for link in links for pair in zip(link.left.axes, link.right.axes, strict=False)]
    shapes = dict.fromkeys(equal(a.size, b.size) for a, b in axes if a.size != b.size)
    return [replace(link, conditions=tuple(dict.fromkeys((*link.conditions, *shapes)))) for link in links]


def _of_sizes(condition: Statement) -> list[Condition]:
    return [c for c in condition.conditions if condition_names(c).isdisjoint(condition.indices)]


def _sizes_of(condition: Statement, links: Sequence[Statement], form: Reduced) -> isl.Set:
    """The sizes that a condition allows, where the links are supposed."""
    return presburger.condition_set(form.context.outer, All(tuple(_allowed_by(condition, links, form))))


def _allowed_by(condition: Statement, links: Sequence[Statement], form: Reduced) -> list[Condition]:
    """What a condition says of the sizes of a form, where the links are supposed."""
    more = [c for c in condition.conditions if c not in links[0].conditions]
    if not {*more} <= {*_of_sizes(condition)}:
        raise Undecided("the condition is about a free index")
    return [replaced(c, form.solved) for c in more]


def _rows_of_links(supposed: Sequence[Statement], forms: Sequence[Reduced], unknowns: Unknowns) -> tuple[Rows, Context]:
    """The rows of all links for some tensors, and of the hypotheses on these alone, with what is known of sizes."""
    names = _names(unknowns)
    stated = _entailed(supposed, forms, names)
    found = [rows(difference(form.left, form.right, form.context), unknowns) for form in stated]
    values, context = forms[0].values(supposed[0]), _over_sizes(stated[0].context)
    about = [h for h in supposed[0].hypotheses if names_of_tensors([h]) <= {*names}]
    given = [at_values(h, values) for h in about if _is_free(h, supposed[0].indices)]
    found += [_rows_of_equations(given, context, unknowns)] if given else []
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        raise not_linear(names)
    return reduce(Rows.united, known), context


def _over_sizes(context: Context) -> Context:
    """What is known of sizes and parameters."""
    conditions = tuple(c for c in context.conditions if condition_names(c).isdisjoint(context.indices))
    return Context(context.sizes, context.parameters, (), conditions)


def _rows_of_equations(equations: Sequence[Equation], context: Context, unknowns: Unknowns) -> Rows | None:
    """The rows of equations at all sizes of a context; None where one is not linear, or holds at some sizes only."""
    found: list[Rows] = []
    for equation in equations:
        if any(condition_names(c).isdisjoint(equation.indices) for c in equation.conditions):
            return None
        inside = replace(context, indices=equation.indices, conditions=(*context.conditions, *equation.conditions))
        own = rows(difference(equation.left, equation.right, inside), unknowns)
        if own is None:
            return None
        found.append(own)
    return reduce(Rows.united, found)


def _is_free(equation: Equation, indices: Sequence[str]) -> bool:
    """Whether none of the free indices stands in an equation."""
    return not (free_names(equation.left) | free_names(equation.right)) & {*indices}


def _unknowns(equations: Sequence[Equation]) -> Unknowns | None:
    """The tensors of equations; None where they are not all seen as arrays."""
    arrays: list[Array] = [s.array for e in equations for s in (e.left, e.right) if isinstance(s, Read)]
    tensors = tensors_in(arrays)
    return Unknowns.of(tensors) if {atom.name for atom, _ in tensors} == names_of_tensors(equations) else None


def _at_place(form: Reduced, place: Mapping[str, Poly]) -> tuple[Formula, Formula, Context]:
    """The sides of a reduced form at one entry, where that is inside."""
    context = form.context
    if {*context.indices} != place.keys() or not all(_is_place(p, context.outer) for p in place.values()):
        raise Undecided("an entry is at no index")
    at_index = [replaced(c, place) for c in context.conditions if not condition_names(c).isdisjoint(context.indices)]
    presburger.condition_set(context.outer, All(tuple(at_index)))  # where it is inside has to be known exactly
    conditions = (*_over_sizes(context).conditions, *at_index)
    left, right = (substitute(side, place) for side in (form.left, form.right))
    return left, right, replace(context, indices=(), conditions=conditions)


def _is_place(number: Poly, names: Sequence[str]) -> bool:
    """Whether a number of sizes is whole whatever these are."""
    return is_whole(number) and number.names <= {*names} and not any(True for _ in defined(number))
