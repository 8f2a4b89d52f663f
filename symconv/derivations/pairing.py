"""Products of two sides in pairs: which becomes which, and the hypothesis that says why entries differ then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from symconv.derivations.matching import Match, Product, matches
from symconv.derivations.reasons import Reason, since
from symconv.derivations.setting import Known

Pair: TypeAlias = tuple[Product, Product, Match]


def paired(ours: Sequence[Product], theirs: Sequence[Product], hypotheses: Sequence[Known]) -> list[Pair] | None:
    """Each product with the one that it becomes, but for what hypotheses may explain."""
    if len(ours) != len(theirs):
        return None
    rest = list(theirs)
    on_tensors = [h for h in hypotheses if h.tensors]
    pairs = []
    for p in ours:
        fitting = [
            (q, m) for q in rest for m in matches(p, q) if m.complete or any(_may_explain(h, m) for h in hypotheses)
        ]
        if not fitting:
            return None
        q, m = min(fitting, key=lambda item: _rank(item[1], on_tensors))
        rest.remove(q)
        pairs.append((p, q, m))
    return pairs


def _rank(match: Match, on_tensors: Sequence[Known]) -> tuple[bool, ...]:
    """What is better comes first: what needs no hypothesis, or only one on tensors; renaming; the same ranges."""
    explained = match.complete or any(_may_explain(h, match) for h in on_tensors)
    return not match.complete, not explained, not is_renaming(match), not match.exact_ranges


def moved(p: Product, q: Product, match: Match) -> Product:
    """A product with its names of indices as its partner has them."""
    return replace(p.substitute(match.values), bound=q.bound)


def is_renaming(match: Match) -> bool:
    """Whether indices get other names, and nothing else."""
    return all(v.is_atom and v.constant is None for v in match.values.values())


def explanation(pairs: Sequence[Pair], given: Sequence[Known]) -> Reason | None:
    """The hypothesis that says why tensors are read elsewhere."""
    fitting = [h for h in given if all(_may_explain(h, m) for _, _, m in pairs)]
    told = [h for h in fitting if all(h.explains(moved(p, q, m).factors, q.factors) for p, q, m in pairs)]
    equations = [h.stated for h in fitting]
    if not told and len(equations) > 1:
        return since(equations)
    return next((h.reason for h in (*told, *fitting)), None)


def _may_explain(known: Known, match: Match) -> bool:
    return known.covers(match.differing) and (match.sign == 1 or known.negates)
