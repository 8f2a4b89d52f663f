"""Short rows as a condition index by index: `k[0] == 0 and x[i] == x[i-1] for i >= 1`.

An index name takes all values that keep the left side in range and that satisfy what stands
after `for`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import islpy as isl

from symconv.algebra.polynomials import Poly
from symconv.algebra.solving import solved_for
from symconv.claims import Claim, ExactCondition
from symconv.formulas.conditions import Compare, in_range
from symconv.kernel import presburger, wording
from symconv.kernel.rows import NUMBER, Ratio, Rows, diagonal, later, swapped
from symconv.limits import MAX_BOUNDS, MAX_EQUATIONS, MAX_LISTED_ENTRIES

_SET = isl.dim_type.set


@dataclass(frozen=True)
class Entrywise:
    """The condition, of how many equations, and whether these name single entries only."""

    condition: ExactCondition
    length: int
    is_finite: bool


@dataclass(frozen=True)
class _Part:
    """One equation, for all values of free index names that satisfy `domain` over (sizes, names).

    `inside` says where the left side is in range.
    """

    text: str
    names: tuple[str, ...]
    domain: isl.Set
    inside: isl.Set


def condition(rows: Rows, claim: Claim, typical: isl.Set) -> Entrywise | None:
    """The rows as equations between entries; None where typical sizes have long rows or there are too many."""
    n = len(rows.sizes)
    within = rows.allowed.subtract(rows.contradictory)
    for long in rows.long:
        within = within.subtract(presburger.projected(long.domain, n))
    parts: list[_Part] = []
    for relation, ratio in _equations(rows):
        here = relation.intersect(presburger.extended(within, relation.dim(_SET) - n)).coalesce()
        for basic in here.make_disjoint().compute_divs().get_basic_sets():
            parts += _parts(isl.Set.from_basic_set(basic), ratio, rows, claim)
            if len(parts) > MAX_EQUATIONS:
                return None
    within = _where_all_are(parts, rows, within)
    if not typical.is_subset(within) or not parts:
        return None
    shown = sorted(_text(part, rows, within) for part in parts)
    if any(text.count(" and ") >= MAX_BOUNDS for text in shown):
        return None
    shown = list(dict.fromkeys(shown))
    text = " and ".join(f"({s})" if stands_alone(s) else s for s in shown) if len(shown) > 1 else shown[0]
    only = None if rows.allowed.is_subset(within) else wording.set_text(within, rows.sizes, rows.allowed)
    return Entrywise(ExactCondition(text, only), len(shown), not any(part.names for part in parts))


def stands_alone(text: str) -> bool:
    """Whether a condition needs brackets beside others, since what follows its `for` has no end."""
    before, found, _ = text.partition(" for ")
    return bool(found) and before.count("(") == before.count(")")


def _equations(rows: Rows) -> Iterator[tuple[isl.Set, Ratio | None]]:
    """The entries that are 0 (ratio None), and the other pairs in one order each."""
    n, width = len(rows.sizes), rows.unknowns.width
    plain = presburger.empty(n + width)
    for tag, atom in enumerate(rows.unknowns.atoms, 1):
        if not atom.conjugated:
            plain = plain.union(presburger.fixed(presburger.universe(n + width), n, [tag]))
    yield rows.zero.intersect(plain), None
    zeros = presburger.extended(rows.zero, width).intersect(rows.zero.insert_dims(_SET, n, width))
    for ratio, pairs in rows.pairs.items():
        if abs(Fraction(ratio)) < 1:
            continue
        left = pairs.intersect(presburger.extended(plain, width)).subtract(zeros).subtract(diagonal(n, width))
        number = presburger.fixed(left, n + width, [NUMBER])
        yield number, ratio
        rest = left.subtract(number)
        yield (rest.intersect(_ordered(n, width)) if abs(ratio) == 1 else rest), ratio
    for ratio, pairs in rows.pairs.items():
        if abs(Fraction(ratio)) < 1:
            yield presburger.fixed(pairs.intersect(presburger.extended(plain, width)), n + width, [NUMBER]), ratio


def _ordered(n: int, width: int) -> isl.Set:
    """The pairs in which the later entry of a tensor comes first, and the earlier tensor."""
    after = later(n, width)
    names = [f"a{i}" for i in range(n + 2 * width)]
    same = presburger.points(names, [Compare(Poly.name(names[n]) - Poly.name(names[n + width]), "==")])
    return after.intersect(same).union(swapped(after, n, width).subtract(same))


def _parts(one: isl.Set, ratio: Ratio | None, rows: Rows, claim: Claim) -> Iterator[_Part]:
    """The equation on a convex set of entries or pairs, one by one where they are few."""
    n = len(rows.sizes)
    own = [f"${i}" for i in range(one.dim(_SET) - n)]
    solved, free = _solved(presburger.equalities(one, [*rows.sizes, *own]), own)
    kept = [own.index(name) for name in free]
    domain = presburger.reordered(
        one, [*range(n), *(n + k for k in kept), *(n + k for k in range(len(own)) if k not in kept)]
    )
    domain = presburger.projected(domain, n + len(kept))
    few = _few(domain.project_out(_SET, 0, n)) if free else None
    if few:
        for point in few:
            inside = presburger.fixed(domain, n, point)
            values = dict(zip(free, map(Poly.of, point), strict=True))
            at = {name: poly.substitute(values) for name, poly in {**solved, **values}.items()}
            yield _Part(_equation(at, ratio, rows), (), presburger.projected(inside, n), presburger.universe(n))
        return
    names = _index_names(claim, len(free))
    values = dict(zip(free, map(Poly.name, names), strict=True))
    at = {name: poly.substitute(values) for name, poly in {**solved, **values}.items()}
    tag = at["$0"].integer or NUMBER
    shape = rows.unknowns.shapes[tag - 1] if tag else ()
    index = [at[f"${i}"] for i in range(1, 1 + len(shape))]
    bounds = [c for i, size in zip(index, shape, strict=True) for c in in_range(i, size)]
    inside = presburger.points([*rows.sizes, *names], bounds if names else [])
    yield _Part(_equation(at, ratio, rows), tuple(names), domain, inside)


def _solved(equations: Sequence[Poly], own: Sequence[str]) -> tuple[dict[str, Poly], list[str]]:
    """The coordinates that equations give by the sizes and the coordinates before, and the others."""
    solved: dict[str, Poly] = {}
    for name in reversed(own):
        later = {*own[own.index(name) + 1 :]}
        for equation in equations:
            made = equation.substitute(solved)
            given = solved_for(made, [name])
            if given is not None and not made.names & later:
                solved = {**{k: v.substitute({name: given[1]}) for k, v in solved.items()}, name: given[1]}
                break
    return solved, [name for name in own if name not in solved]


def _few(points: isl.Set) -> list[tuple[int, ...]] | None:
    """The points of a set that has few of them."""
    if not points.is_bounded():
        return None
    try:
        return presburger.each_point(points, MAX_LISTED_ENTRIES)
    except presburger.Undecided:
        return None


def _index_names(claim: Claim, number: int) -> list[str]:
    taken = {*claim.sizes, *claim.parameters, *claim.functions, *(t.name for t in claim.tensors)}
    return [name for name in (*"ijklpqrstuv", *(f"i{k}" for k in range(number))) if name not in taken][:number]


def _equation(at: dict[str, Poly], ratio: Ratio | None, rows: Rows) -> str:
    width = rows.unknowns.width
    coordinates = [at[f"${i}"] for i in range(len(at))]
    left = _entry(coordinates[:width], rows)
    if ratio is None:
        return f"{left} == 0"
    right = _entry(coordinates[width:], rows)
    if right is None:
        return f"{left} == {Poly.of(ratio)}"
    if abs(ratio) == 1 and all(p.constant is not None for p in coordinates) and coordinates[0] == coordinates[width]:
        left, right = right, left
    factor = "" if ratio == 1 else "-" if ratio == -1 else f"{Poly.of(ratio)}*"
    return f"{left} == {factor}{right}"


def _entry(coordinates: Sequence[Poly], rows: Rows) -> str | None:
    """An entry in claim text; None for the number 1."""
    tag = coordinates[0].integer
    if not tag:
        return None
    atom, shape = rows.unknowns.atoms[tag - 1], rows.unknowns.shapes[tag - 1]
    index = ",".join(str(p).replace(" ", "") for p in coordinates[1 : 1 + len(shape)])
    text = f"{atom.name}[{index}]" if shape else atom.name
    return f"conj({text})" if atom.conjugated else text


def _where_all_are(parts: Sequence[_Part], rows: Rows, within: isl.Set) -> isl.Set:
    """The sizes at which every single entry that is named exists, and what else the sizes must satisfy."""
    for part in parts:
        if not part.names:
            within = within.intersect(part.domain)
            continue
        gist = part.domain.gist(presburger.extended(within, len(part.names)).intersect(part.inside))
        of_sizes = gist.drop_constraints_involving_dims(_SET, len(rows.sizes), len(part.names))
        within = within.intersect(presburger.projected(of_sizes, len(rows.sizes)))
    return within.coalesce()


def _text(part: _Part, rows: Rows, within: isl.Set) -> str:
    if not part.names:
        return part.text
    known = presburger.extended(within, len(part.names)).intersect(part.inside)
    limits = wording.set_text(part.domain, [*rows.sizes, *part.names], known, part.names)
    return part.text if limits == "True" else f"{part.text} for {limits}"
