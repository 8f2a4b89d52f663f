"""Claims and hypotheses as linear equations among the entries of some tensors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import islpy as isl

from symconv.claims import Claim, Link, SizeHypothesis, TensorHypothesis
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.formulas.conditions import condition_names
from symconv.kernel.decide import Difference, Undecided, difference
from symconv.kernel.rows import Rows, Unknowns, is_linear, rows, typical
from symconv.proving.given_sizes import Hypothesis
from symconv.proving.statements import PreparedLink, prepared


def sizes_only(hypotheses: Iterable[Hypothesis]) -> tuple[SizeHypothesis, ...]:
    """What hypotheses say of the sizes; that tensors are equal includes that their shapes are."""
    own = [h for h in hypotheses if isinstance(h, SizeHypothesis)]
    shapes = [c for h in hypotheses if isinstance(h, TensorHypothesis) for c in h.equal_shapes]
    return (*own, *(SizeHypothesis(c) for c in shapes))


def named(expr: TensorExpr) -> dict[str, Tensor]:
    """The tensors in an expression, by name."""
    return {n.name: n for n in nodes(expr) if isinstance(n, Tensor)}


def rows_of_equations(
    claim: Claim, equations: Iterable[TensorHypothesis], sizes: Sequence[SizeHypothesis], unknowns: Unknowns
) -> Rows | None:
    """The rows of equations between tensors; None where they are not linear or nothing but sizes and these tensors."""
    made: Rows | None = None
    plain = replace(claim, indices=(), ranges=())
    sizes = [h for h in sizes if condition_names(h.condition).isdisjoint(claim.indices)]
    for h in equations:
        stated = prepared(plain, Link(h.left, "==", h.right), sizes)
        if stated.right_index is None:
            return None
        own = rows(difference(*stated.formulas, stated.context), unknowns)
        if own is None:
            return None
        made = own if made is None else made.united(own)
    return made


@dataclass(frozen=True)
class Equations:
    """The links of a claim that is linear in some tensors; what hypotheses say of these is among their rows."""

    claim: Claim
    hypotheses: Sequence[Hypothesis]
    tensors: Sequence[Tensor]
    unknowns: Unknowns
    differences: Sequence[Difference]

    @cached_property
    def given(self) -> Rows | None:
        """The rows of the hypotheses."""
        return given_rows(self.claim, self.hypotheses, self.tensors, self.unknowns)

    def rows(self, point: isl.Set | None = None) -> Rows | None:
        """All rows, or those at some sizes; None where they cannot be had."""
        found = [rows(one, self.unknowns, point) for one in self.differences]
        known = [one for one in found if one is not None]
        if len(known) < len(found):
            return None
        if self.given is not None:
            known.append(self.given if point is None else self.given.at(point))
        return reduce(Rows.united, known)

    def typical(self, least: int) -> isl.Set:
        """One choice of sizes that are not special, no less than `least` where that is allowed."""
        frame = self.differences[0].frame
        allowed = [one.frame.sizes for one in self.differences]
        allowed += [self.given.allowed] if self.given is not None else []
        whole = {str(axis.size) for tensor in self.claim.tensors for axis in tensor.axes}
        inside = {name for name in self.claim.sizes if name not in whole}
        return typical(frame.names[: frame.n], reduce(isl.Set.intersect, allowed), least, inside)


def rows_of_claim(claim: Claim, hypotheses: Sequence[Hypothesis], tensors: Sequence[Tensor]) -> Rows | None:
    """The rows of all links for some tensors, and of what hypotheses say of these."""
    made = equations_of_claim(claim, hypotheses, tensors, {})
    return made.rows() if made is not None else None


def equations_of_claim(
    claim: Claim, hypotheses: Sequence[Hypothesis], tensors: Sequence[Tensor], known: Mapping[Link, Difference]
) -> Equations | None:
    """All links as equations for some tensors; None where one is not linear in them.

    `known` holds differences of links that have been computed.
    """
    made: list[Difference] = []
    unknowns = Unknowns((), ())
    names = {t.name for t in tensors}
    is_given = any(isinstance(h, TensorHypothesis) and _is_about(h, names) for h in hypotheses)
    for link in claim.links:
        stated = prepared_for(claim, link, hypotheses, tensors)
        if stated is None:
            return None
        unknowns = Unknowns.of((t.leaf, tuple(a.size.substitute(stated.solved) for a in t.axes)) for t in tensors)
        found = known.get(link) if not is_given else None
        found = found or difference(*stated.formulas, stated.context)
        if not is_linear(found, unknowns):
            return None
        made.append(found)
    return Equations(claim, tuple(hypotheses), tuple(tensors), unknowns, made)


def prepared_for(
    claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], tensors: Sequence[Tensor]
) -> PreparedLink | None:
    """A link under the hypotheses that are not about some tensors; None where it says more than its formulas."""
    names = {t.name for t in tensors}
    own = [h for h in hypotheses if isinstance(h, TensorHypothesis) and _is_about(h, names)]
    stated = prepared(claim, link, tuple(h for h in hypotheses if h not in own) + sizes_only(own))
    says_more = stated.right_index is None or stated.unused or names & stated.substituted.keys()
    return None if says_more else stated


def _is_about(h: TensorHypothesis, names: set[str]) -> bool:
    """Whether a hypothesis restricts some tensors, rather than defining another one by them."""
    for side, value in ((h.left, h.right), (h.right, h.left)):
        if isinstance(side, Tensor) and side.name not in names and side.name not in named(value):
            return False
    return bool(names & {*named(h.left), *named(h.right)})


def given_rows(
    claim: Claim, hypotheses: Sequence[Hypothesis], tensors: Sequence[Tensor], unknowns: Unknowns
) -> Rows | None:
    """The rows of hypotheses on some tensors; None where there are no such hypotheses."""
    names = {t.name for t in tensors}
    equations = [h for h in hypotheses if isinstance(h, TensorHypothesis)]
    about = [h for h in equations if _is_about(h, names)]
    if not about:
        return None
    made = rows_of_equations(claim, about, sizes_only(hypotheses), unknowns)
    if made is None:
        raise Undecided(f"the hypothesis {about[0]} is not linear in its tensors")
    return made
