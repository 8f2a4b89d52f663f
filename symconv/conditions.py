"""The exact condition under which a claim holds, and claims of the form `… iff condition`.

Conditions on a tensor are proposed in the operators' own words (K == flip(K), K == K.T, K == 0).
The kernel proves that they suffice, as hypotheses, and that they are necessary, from the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import islpy as isl

from symconv import refuting
from symconv.claims import Claim, Link, SizeHypothesis, TensorHypothesis
from symconv.kernel import presburger, symmetry
from symconv.kernel.decide import Difference, Undecided, difference
from symconv.kernel.expansion import Expanded
from symconv.kernel.formulas import All, Compare, Condition
from symconv.kernel.polynomials import Poly
from symconv.kernel.rows import Rows, rows
from symconv.kernel.symmetry import Move
from symconv.kernel.terms import lower
from symconv.kernel.verdicts import (
    Certificate,
    ExactCondition,
    certify_equal,
    certify_rows,
    certify_sizes,
)
from symconv.operators.registry import REGISTRY
from symconv.statements import Hypothesis, Statement, statement
from symconv.tensors import Tensor, TensorExpr
from symconv.traversal import nodes

SECONDS = 1.0
PATIENCE = 5
MAX_ALTERNATIVES = 2
LARGE = 100


@dataclass(frozen=True)
class Proposal:
    """A condition on a tensor: `move` None says that it is 0."""

    text: str
    move: Move | None


def exact_condition(stated: Statement, found: Difference | Expanded) -> ExactCondition | None:
    """The condition under which the sides of a refuted statement are equal, if one is found."""
    if isinstance(found, Expanded) or not found.is_exact:
        return None
    tensor: ExactCondition | None = None
    sizes: tuple[ExactCondition, bool] | None = None
    with suppress(Undecided), presburger.budget(SECONDS, PATIENCE):
        sizes = _on_sizes(found)
    if not stated.substituted:
        with suppress(Undecided), presburger.budget(SECONDS, PATIENCE):
            for candidate in _on_a_tensor(stated, found, sizes is None or not sizes[1]):
                if candidate.restriction is None:
                    return candidate
                tensor = candidate
    if sizes is not None and (tensor is None or sizes[1]):
        return sizes[0]
    return tensor


def _on_a_tensor(stated: Statement, found: Difference, may_vanish: bool) -> Iterator[ExactCondition]:
    """Proposed conditions that are exact, or exact under a restriction of the sizes (at most one of these).

    That a tensor is 0 is tried only if it `may_vanish`: it cannot be necessary where the sides
    are equal for all tensors.
    """
    restricted = False
    declared = {n.name: n for side in (stated.left, stated.right) for n in nodes(side) if isinstance(n, Tensor)}
    for tensor in reversed(list(declared.values())):
        linear = _rows_of(stated, found, tensor) if tensor.axes else None
        if linear is None:
            continue
        typical = linear.at(linear.typical())
        for proposal in proposals(tensor):
            if (proposal.move is None and not may_vanish) or not typical.failing(proposal.move).is_empty():
                continue
            failing = linear.failing(proposal.move)
            if linear.allowed.is_subset(failing) or (restricted and not failing.is_empty()):
                continue
            certified = _suffices(stated, tensor, [proposal.move])
            if certified is None:
                continue
            if certify_rows(linear, [proposal.move], certified):
                yield ExactCondition(proposal.text)
                return
            restricted = True
            within = linear.allowed.subtract(failing)
            yield ExactCondition(proposal.text, presburger.set_text(within, linear.sizes, linear.allowed))


def _rows_of(stated: Statement, found: Difference, tensor: Tensor) -> Rows | None:
    """The rows for a tensor; what a hypothesis says of it is taken as given rather than averaged in."""
    shape = [axis.size for axis in tensor.axes]
    group = stated.context.symmetries.get(tensor.name)
    if group is None:
        return rows(found, tensor.name, shape)
    rest = {name: s for name, s in stated.context.symmetries.items() if name != tensor.name}
    plain = rows(difference(*stated.formulas, replace(stated.context, symmetries=rest)), tensor.name, shape)
    return plain.given(group.moves) if plain else None


def proposals(tensor: Tensor) -> Iterator[Proposal]:
    """Conditions on one tensor, the most usual first."""
    flips = [REGISTRY["flip"](tensor)]
    if tensor.ndim > 1:
        flips += [REGISTRY["flip"](tensor, axis=k) for k in range(tensor.ndim)]
    square = tensor.ndim >= 2 and tensor.axes[0].size == tensor.axes[1].size
    if square:
        flips += [REGISTRY["transpose"](tensor)] if tensor.ndim == 2 else []
        flips += [REGISTRY["flip"](REGISTRY["transpose"](tensor))] if tensor.ndim == 2 else []
        flips += [REGISTRY["rot90"](tensor)] if tensor.ndim == 2 else []
    for expr in flips:
        made = symmetry.move_from(lower(tensor), _unguarded(expr))
        if made is not None:
            yield Proposal(f"{tensor} == {expr}", made[1])
    yield Proposal(f"{tensor} == 0", None)
    for expr in flips[:1]:
        made = symmetry.move_from(lower(tensor), _unguarded(expr))
        if made is not None:
            yield Proposal(f"{tensor} == -{expr}", Move(made[1].images, -1))


def _unguarded(expr: TensorExpr) -> list[Any]:
    """The terms of a rearrangement, whose reads stay inside the array."""
    return [replace(t, guards=()) for t in lower(expr)]


def _suffices(stated: Statement, tensor: Tensor, moves: Sequence[Move | None]) -> Certificate | None:
    """A proof of the statement under the moves as hypotheses."""
    left, right = stated.formulas
    context = stated.context
    if None in moves:
        zero = REGISTRY["multiply"](0, tensor)
        left, right = (replace(f, array=f.array.xreplace({tensor: zero})) for f in (left, right))  # type: ignore[attr-defined]
    else:
        known = context.symmetries.get(tensor.name)
        generators = [*(known.moves if known else ()), *(m for m in moves if m is not None)]
        group = symmetry.generated(tensor.name, tensor.ndim, generators)
        if group is None:
            return None
        context = replace(context, symmetries={**context.symmetries, tensor.name: group})
    certified = certify_equal(left, right, context)
    return certified if isinstance(certified, Certificate) else None


def _on_sizes(found: Difference) -> tuple[ExactCondition, bool] | None:
    """The sizes at which the sides are equal for all tensors, and whether large ones are among them, plainly.

    None where there are no such sizes, or where a coefficient may vanish inside its cell.
    """
    if any(not c.is_nonzero for cells in found.cells.values() for c in cells):
        return None
    n = found.frame.n_sizes + found.frame.n_parameters
    allowed = found.frame.sizes
    holds = allowed.subtract(found.sizes_that_differ())
    if holds.is_empty():
        return None
    names = found.frame.names[:n]
    large = presburger.points(names, [Compare(Poly.name(s) - LARGE, ">=") for s in names[: found.frame.n_sizes]])
    free = not holds.intersect(large).is_empty() or allowed.intersect(large).is_empty()
    text = presburger.set_text(holds, names, allowed)
    return ExactCondition(text), free and text.count(" or ") < MAX_ALTERNATIVES


def exactly(
    claim: Claim, decide: Callable[[Link, Sequence[Hypothesis]], Any], outcome: Any
) -> Iterator[tuple[int, Any]]:
    """The two directions of an `iff`, as outcomes with the number of their link.

    Every link has to hold under the condition; it is necessary if one of them forces it.
    `decide(link, hypotheses)` decides equality; `outcome(...)` makes an outcome.
    """
    assert claim.exactly is not None
    necessary: list[Any] = []
    for number, link in enumerate(claim.links):
        sufficient = decide(link, (*claim.hypotheses, *claim.exactly))
        if sufficient.holds is False:
            example = replace(sufficient.counterexample, direction="if")
            plainly = decide(link, claim.hypotheses).find_condition
            yield number, replace(sufficient, counterexample=example, find_condition=plainly)
            return
        yield number, sufficient
        plain = None
        try:
            with presburger.budget(SECONDS, PATIENCE):
                plain = statement(claim, link, claim.hypotheses)
                necessary.append(_necessary(claim, plain, sufficient, outcome))
        except Undecided as error:
            necessary.append(outcome(None, plain, reason=f"whether the condition is necessary: {error}"))
    forced = next((i for i, made in enumerate(necessary) if made.holds), None)
    if forced is not None:
        yield forced, necessary[forced]
    elif len(necessary) == 1:
        yield 0, necessary[0]
    else:
        reason = "no single link of the chain forces the condition"
        yield 0, outcome(None, necessary[0].statement, reason=reason)


def _necessary(claim: Claim, plain: Statement, sufficient: Any, outcome: Any) -> Any:
    assert claim.exactly is not None
    unknown = outcome(None, plain, reason="the condition suffices, but whether it is necessary was not decided")
    if plain.right_index is None:
        return _necessary_for_shape(claim, plain, sufficient, outcome)
    found = difference(*plain.formulas, plain.context)
    sizes = All(tuple(h.condition for h in claim.exactly if isinstance(h, SizeHypothesis)))
    tensor_conditions = [h for h in claim.exactly if isinstance(h, TensorHypothesis)]
    if not tensor_conditions:
        certificate = certify_sizes(found, *plain.formulas, plain.context, sizes)
        if certificate is not None:
            return outcome(True, plain, certificate)
        example = refuting.holds_outside(claim, plain, found, sizes)
        return outcome(False, plain, None, example, _condition(plain, found)) if example else unknown
    by_tensor: dict[str, list[Move | None]] = {}
    for h in tensor_conditions:
        stated = statement(claim, plain.link, (h,))
        if (
            stated.solved
            or stated.unused
            or (set(stated.substituted) and lower(next(iter(stated.substituted.values()))))
        ):
            return unknown
        for name in stated.substituted:
            by_tensor.setdefault(name, []).append(None)
        for name, group in stated.context.symmetries.items():
            by_tensor.setdefault(name, []).extend(group.moves)
    if len(by_tensor) != 1 or sizes.conditions:
        return unknown
    ((name, moves),) = by_tensor.items()
    tensor = next(t for t in claim.tensors if t.name == name)
    linear = rows(found, name, [a.size.substitute(plain.solved) for a in tensor.axes])
    if linear is None:
        return unknown
    certificate = certify_rows(linear, moves, sufficient.certificate)
    if certificate is not None:
        return outcome(True, plain, certificate)
    example = refuting.holds_without(claim, plain, name, tensor_conditions, _failing(linear, moves))
    return outcome(False, plain, None, example, _condition(plain, found)) if example else unknown


def _condition(plain: Statement, found: Difference) -> Callable[[], ExactCondition | None]:
    return lambda: exact_condition(plain, found) if not found.is_zero else None


def _failing(linear: Rows, moves: Sequence[Move | None]) -> isl.Set:
    failing = presburger.empty(len(linear.sizes))
    for move in moves:
        failing = failing.union(linear.failing(move))
    return failing


def _necessary_for_shape(claim: Claim, plain: Statement, sufficient: Any, outcome: Any) -> Any:
    """Shapes agree exactly under a condition on sizes: it is necessary if the claimed one implies it."""
    unknown = outcome(None, plain, reason="the shapes differ for some sizes; state the sizes as a hypothesis")
    conditions: list[Condition] = [h.condition for h in claim.exactly or () if isinstance(h, SizeHypothesis)]
    if plain.shapes_agree is None or len(conditions) != len(claim.exactly or ()):
        return unknown
    frame = plain.context.frame()
    n = frame.n_sizes + frame.n_parameters
    names = frame.names[:n]
    claimed = presburger.condition_set(names, All(tuple(conditions)))
    agree = presburger.condition_set(names, plain.shapes_agree)
    allowed = frame.sizes
    if allowed.intersect(agree).is_subset(claimed) and sufficient.certificate is not None:
        return outcome(True, plain, sufficient.certificate)
    return unknown
