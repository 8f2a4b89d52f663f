"""The difference of two sides as what they share times differences of what hypotheses are about."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

from symconv.algebra.polynomials import Poly
from symconv.derivations.matching import Product, products, sum_of
from symconv.derivations.opened_sides import opened
from symconv.derivations.pairing import moved, paired
from symconv.derivations.setting import Setting
from symconv.expressions.tensors import Operation, Tensor
from symconv.expressions.traversal import nodes
from symconv.formulas.language import Formula, Read, Scalar, minus, times
from symconv.formulas.walking import arrays


@dataclass(frozen=True)
class Apart:
    """A difference of two sides as terms with common factors before differences; the tensors in these factors."""

    terms: tuple[Product, ...]
    common: tuple[tuple[Formula, ...], ...]

    @property
    def formula(self) -> Formula:
        """The terms added up."""
        return sum_of(self.terms)

    @property
    def others(self) -> tuple[str, ...]:
        """The tensors that common factors read."""
        read = (t for some in self.common for f in some for a in arrays(f) for t in nodes(a))
        return tuple(dict.fromkeys(t.name for t in read if isinstance(t, Tensor)))


def difference(left: Read, right: Read, setting: Setting, under: Setting) -> Apart | None:
    """left − right as Σ of common factors times a difference of entries of the tensors that hypotheses are about.

    None if the sides do not match so.
    """
    nothing: frozenset[Operation] = frozenset()
    first, last = (products([*opened(side, nothing, setting)][-1].formula) for side in (left, right))
    if not last:
        about = frozenset().union(*(h.tensors for h in under.on_tensors))
        split = [[[f for f in p.factors if _reads(f, about) is inside] for inside in (False, True)] for p in first]
        terms = [replace(p, factors=(*common, *ours)) for p, (common, ours) in zip(first, split, strict=True)]
        return Apart(tuple(terms), tuple(tuple(common) for common, _ in split))
    pairs = paired(first, last, under.on_tensors)
    if pairs is None or any(not m.exact_ranges or m.complete for _, _, m in pairs):
        return None
    terms, shared = [], []
    for p, q, m in pairs:
        changed = moved(p, q, m)
        common = tuple(f for f in changed.factors if f in q.factors)
        ours = [f for f in changed.factors if f not in common]
        theirs = [f for f in q.factors if f not in common]
        terms.append(replace(changed, factors=(*common, minus(times(*ours), times(Scalar(Poly.of(m.sign)), *theirs)))))
        shared.append(common)
    return Apart(tuple(terms), tuple(shared))


def _reads(formula: Formula, names: Set[str]) -> bool:
    return any(isinstance(t, Tensor) and t.name in names for a in arrays(formula) for t in nodes(a))
