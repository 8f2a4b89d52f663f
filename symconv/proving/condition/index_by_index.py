"""Short rows as equations between entries: `k[0] == 0 and x[1:] == x[:n - 1]`.

What holds for a range of entries is said of slices, or else of `[... for i in range(n)]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import islpy as isl

from symconv.algebra.polynomials import Floor, Poly
from symconv.algebra.solving import solved_for
from symconv.claims import Claim, ExactCondition, TensorHypothesis
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Tensor, TensorExpr, as_tensor
from symconv.formulas.conditions import Compare, at_least, in_range
from symconv.kernel import presburger, wording
from symconv.kernel.rows import NUMBER, Ratio, Rows, diagonal, later, swapped
from symconv.limits import MAX_BOUNDS, MAX_EQUATIONS, MAX_LISTED_ENTRIES
from symconv.operators.conditional import written

_SET = isl.dim_type.set


@dataclass(frozen=True)
class Entrywise:
    """The condition, the sizes that it leaves out, and whether it names single entries only."""

    condition: ExactCondition
    left_out: isl.Set
    is_finite: bool


@dataclass(frozen=True)
class _Run:
    """The values from `start` to below `stop` that are `step` apart."""

    start: Poly
    stop: Poly
    step: int = 1

    @property
    def count(self) -> Poly:
        """How many they are."""
        return (self.stop - self.start + self.step - 1) // self.step

    @property
    def last(self) -> Poly:
        """The last of them."""
        return self.start + (self.count - 1) * self.step


@dataclass(frozen=True)
class _Entry:
    """An entry of a tensor of some shape, at an index in sizes and index names."""

    tensor: Tensor
    shape: tuple[Poly, ...]
    index: tuple[Poly, ...]
    conjugated: bool

    def at(self, values: Mapping[str, Poly]) -> _Entry:
        """The entry with names replaced."""
        return replace(self, index=tuple(p.substitute(values) for p in self.index))

    def inside(self) -> list[Compare]:
        """Where the index is in range."""
        places = zip(self.index, self.shape, strict=True)
        return [c for i, size in places for c in in_range(i, size)]

    def runs_once(self, name: str, names: Sequence[str]) -> bool:
        """Whether one subscript is a multiple of an index name, perhaps shifted, and nothing else mentions it."""
        own = [(p, p.coefficient(name)) for p in self.index if name in p.names]
        rest = [p - Poly.name(name) * factor for p, factor in own]
        return len(own) == 1 and own[0][1] > 0 and rest[0].names.isdisjoint(names)

    def reads_back(self, name: str, run: _Run) -> bool:
        """Whether no bound of a slice would begin with a minus, which counts from the end."""
        own = next(p for p in self.index if name in p.names)
        ends = [own.substitute({name: end}) for end in (run.start, run.last + 1)]
        return all(any(c > 0 for c in end.terms.values()) for end in ends if end != 0)

    def read(self, runs: Mapping[str, _Run], known: _Known) -> TensorExpr:
        """The entry, or the array of the entries at the values of some index names."""
        keys: list[Any] = []
        for place, size in zip(self.index, self.shape, strict=True):
            name = next((n for n in runs if n in place.names), None)
            keys.append(to_sympy(place) if name is None else known.slice(place, name, runs[name], size))
        while keys and keys[-1] == slice(None):
            keys.pop()
        made: TensorExpr = self.tensor[tuple(keys)] if keys else self.tensor
        return REGISTRY["conj"](made) if self.conjugated else made


@dataclass(frozen=True)
class _Known:
    """The sizes for which equations are stated."""

    sizes: tuple[str, ...]
    within: isl.Set

    def implies(self, *conditions: Compare) -> bool:
        """Whether conditions hold at all these sizes."""
        return bool(self.within.is_subset(presburger.points(self.sizes, conditions)))

    def slice(self, place: Poly, name: str, run: _Run, size: Poly) -> slice:
        """The values of a subscript where the name in it takes those of a run."""
        factor = int(place.coefficient(name))
        start, last = (place.substitute({name: end}) for end in (run.start, run.last))
        step = factor * run.step
        stop = place.substitute({name: run.stop}) if factor == 1 else last + 1
        reaches_end = self.implies(Compare(size - 1 - last, ">="), Compare(last + step - size, ">="))
        return slice(
            None if start == 0 else to_sympy(start),
            None if stop == size or reaches_end else to_sympy(stop),
            None if step == 1 else step,
        )


@dataclass(frozen=True)
class _Part:
    """One equation, for all values of index names that satisfy `domain` over (sizes, names).

    The right side is `ratio` times an entry, or that number. `inside` says where the left side is in range.
    """

    left: _Entry
    right: _Entry | None
    ratio: Ratio
    names: tuple[str, ...]
    domain: isl.Set
    inside: isl.Set

    @property
    def entries(self) -> list[_Entry]:
        """The entries of both sides."""
        return [self.left] if self.right is None else [self.left, self.right]


def condition(rows: Rows, claim: Claim, typical: isl.Set) -> Entrywise | None:
    """The rows as equations between entries; None where typical sizes have long rows or there are too many."""
    n = len(rows.sizes)
    within = rows.allowed.subtract(rows.contradictory)
    for long in rows.long:
        within = within.subtract(presburger.projected(long.domain, n))
    parts: list[_Part] = []
    for relation, ratio in _equations(rows):
        here = relation.intersect(presburger.extended(within, relation.dim(_SET) - n)).coalesce()
        for each in _by_tensors(here, rows):
            for basic in each.make_disjoint().compute_divs().get_basic_sets():
                parts += _parts(isl.Set.from_basic_set(basic), ratio, rows, claim)
                if len(parts) > MAX_EQUATIONS:
                    return None
    within = _where_all_are(parts, rows, within)
    if not typical.is_subset(within) or not parts:
        return None
    said = [_hypothesis(part, _Known(rows.sizes, within)) for part in parts]
    equations = [h for h in said if h is not None]
    if len(equations) < len(said):
        return None
    shown = tuple(sorted(dict.fromkeys(equations), key=str))
    only = None if rows.allowed.is_subset(within) else wording.set_condition(within, rows.sizes, rows.allowed)
    return Entrywise(ExactCondition(shown, only), rows.allowed.subtract(within), not any(part.names for part in parts))


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


def _by_tensors(relation: isl.Set, rows: Rows) -> Iterator[isl.Set]:
    """The entries, or pairs of entries, of each tensor or pair of tensors."""
    n, width = len(rows.sizes), rows.unknowns.width
    made = [relation]
    for at in range(n, relation.dim(_SET), width):
        tags = range(len(rows.unknowns.atoms) + 1)
        made = [part for one in made for tag in tags if not (part := presburger.fixed(one, at, [tag])).is_empty()]
    yield from made


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

    def coordinates(values: Mapping[str, Poly]) -> list[Poly]:
        return [{**solved, **values}[name].substitute(values) for name in own]

    few = _few(domain.project_out(_SET, 0, n)) if free else None
    if few:
        for point in few:
            exists = presburger.projected(presburger.fixed(domain, n, point), n)
            at = coordinates(dict(zip(free, map(Poly.of, point), strict=True)))
            yield _Part(*_equation(at, ratio, rows, claim), (), exists, presburger.universe(n))
        return
    names = _index_names(claim, len(free))
    left, right, factor = _equation(
        coordinates(dict(zip(free, map(Poly.name, names), strict=True))), ratio, rows, claim
    )
    inside = presburger.points([*rows.sizes, *names], left.inside() if names else [])
    yield _Part(left, right, factor, tuple(names), domain, inside)


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
    taken = {*claim.sizes, *claim.parameters, *claim.indices, *claim.functions, *(t.name for t in claim.tensors)}
    return [name for name in (*"ijklpqrstuv", *(f"i{k}" for k in range(number))) if name not in taken][:number]


def _equation(
    coordinates: Sequence[Poly], ratio: Ratio | None, rows: Rows, claim: Claim
) -> tuple[_Entry, _Entry | None, Ratio]:
    """The sides of an equation, and what the right one is multiplied by."""
    width = rows.unknowns.width
    left = _entry(coordinates[:width], rows, claim)
    assert left is not None
    if ratio is None:
        return left, None, 0
    right = _entry(coordinates[width:], rows, claim)
    constant = all(p.constant is not None for p in coordinates)
    if right is not None and abs(ratio) == 1 and constant and coordinates[0] == coordinates[width]:
        return right, left, ratio
    return left, right, ratio


def _entry(coordinates: Sequence[Poly], rows: Rows, claim: Claim) -> _Entry | None:
    """An entry; None for the number 1."""
    tag = coordinates[0].integer
    if not tag:
        return None
    atom, shape = rows.unknowns.atoms[tag - 1], rows.unknowns.shapes[tag - 1]
    tensor = next(t for t in claim.tensors if t.name == atom.name)
    return _Entry(tensor, shape, tuple(coordinates[1 : 1 + len(shape)]), atom.conjugated)


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


# Equations as hypotheses


def _hypothesis(part: _Part, known: _Known) -> TensorHypothesis | None:
    """The equation for all index names at once; None where their range has no short form."""
    if not part.names:
        return TensorHypothesis(part.left.read({}, known), _multiple(part.ratio, part.right, {}, known))
    everywhere = presburger.extended(known.within, len(part.names))
    ranges = wording.disjuncts(part.domain.intersect(part.inside), [*known.sizes, *part.names], everywhere)
    if len(ranges) != 1:
        return None
    part, guards = _without_equations(part, ranges[0])
    runs: dict[str, _Run] = {}
    for name in part.names:
        run, guards = _run(name, guards, part, known)
        if run is None:
            return None
        runs[name] = run
    guards = _needed(guards, runs, known)
    return None if len(guards) > MAX_BOUNDS else _stacked(part, runs, guards, known)


def _without_equations(part: _Part, constraints: Iterable[Compare]) -> tuple[_Part, list[Compare]]:
    """The equation with index names replaced that others give."""
    left = list(constraints)
    for name in reversed(part.names):
        others = {*part.names} - {name}
        mixed = (c for c in left if c.relation == "==" and not c.poly.names.isdisjoint(others))
        found = next(((c, given) for c in mixed if (given := solved_for(c.poly, [name]))), None)
        if found is None:
            continue
        equation, (_, solution) = found
        value = {name: solution}
        left = [c.substitute(value) for c in left if c is not equation]
        names = tuple(n for n in part.names if n != name)
        right = None if part.right is None else part.right.at(value)
        part = replace(part, left=part.left.at(value), right=right, names=names)
    return part, [at_least(c.poly, 0) if c.relation == ">=" else c for c in left]


def _run(name: str, constraints: list[Compare], part: _Part, known: _Known) -> tuple[_Run | None, list[Compare]]:
    """The values of an index name, and the constraints that they leave.

    All values along an axis where there is no one range that is never less than empty.
    """
    own = [c for c in constraints if c.poly.names & {*part.names} == {name}]
    low = next((c for c in own if c.relation == ">=" and c.poly.coefficient(name) == 1), None)
    high = next((c for c in own if c.relation == ">=" and c.poly.coefficient(name) < 0), None)
    if low is not None and high is not None:
        factor = -int(high.poly.coefficient(name))
        run = _Run(Poly.name(name) - low.poly, (high.poly + Poly.name(name) * factor) // factor + 1)
        used = [low, high]
        for congruence in own:
            step, rest = _steps(congruence, name, run.start)
            if step and run.step == 1:
                run = _Run(run.start + rest, run.stop, step)
                used.append(congruence)
        if name not in run.start.names | run.stop.names and known.implies(Compare(run.stop - run.start, ">=")):
            return run, [c for c in constraints if c not in used]
    places = (p for e in part.entries for p in zip(e.index, e.shape, strict=True))
    size = next((size for place, size in places if place == Poly.name(name)), None)
    return (None if size is None else _Run(Poly.of(0), size)), constraints


def _steps(congruence: Compare, name: str, start: Poly) -> tuple[int, int]:
    """The step of what i % step == remainder lets through, and how far from a start it begins; 0 for no such."""
    found = next((a for a in congruence.poly.atoms if isinstance(a, Floor)), None)
    step = None if found is None or congruence.relation != "==" else found.divisor.integer
    if found is None or step is None or start.integer is None or found.numerator.coefficient(name) != 1:
        return 0, 0
    rest = found.numerator - Poly.atom(found) * step
    values = [(rest + congruence.poly * sign).integer for sign in (-1, 1)]
    remainder = next((value for value in values if value is not None), None)
    shift = (found.numerator - Poly.name(name)).integer
    if remainder is None or shift is None:
        return 0, 0
    return step, (remainder - shift - start.integer) % step


def _needed(guards: list[Compare], runs: Mapping[str, _Run], known: _Known) -> list[Compare]:
    """The guards that do not follow from the runs and the others."""
    names = [*known.sizes, *runs]
    ranges = [Compare(p, ">=") for n, r in runs.items() for p in (Poly.name(n) - r.start, r.stop - 1 - Poly.name(n))]
    everywhere = presburger.extended(known.within, len(runs))
    kept = list(guards)
    for guard in guards:
        others = presburger.points(names, [*ranges, *(g for g in kept if g is not guard)]).intersect(everywhere)
        if others.is_subset(presburger.points(names, [guard])):
            kept = [g for g in kept if g is not guard]
    return kept


def _stacked(part: _Part, runs: Mapping[str, _Run], guards: Sequence[Compare], known: _Known) -> TensorHypothesis:
    """The equation of slices, in which some index names may run one by one."""
    guarded = {n for g in guards for n in g.poly.names}
    sliced = {
        n: runs[n]
        for n in part.names
        if n not in guarded and all(e.runs_once(n, part.names) and e.reads_back(n, runs[n]) for e in part.entries)
    }
    if len({tuple(n for p in e.index for n in sliced if n in p.names) for e in part.entries}) > 1:
        sliced = {}
    others = [n for n in part.names if n not in sliced]
    values = {n: Poly.name(n) * runs[n].step + runs[n].start for n in others}
    left = part.left.at(values).read(sliced, known)
    right = _multiple(part.ratio, None if part.right is None else part.right.at(values), sliced, known)
    if guards:
        difference = left if part.ratio == 0 else REGISTRY["subtract"](left, right)
        left, right = REGISTRY["when"](difference, written(tuple(g.substitute(values) for g in guards))), as_tensor(0)
    for name in reversed(others):
        stop = to_sympy(runs[name].count)
        left = REGISTRY["index_stack"](left, name, stop)
        if part.right is not None and not guards:
            right = REGISTRY["index_stack"](right, name, stop)
    return TensorHypothesis(left, right)


def _multiple(ratio: Ratio, entry: _Entry | None, runs: Mapping[str, _Run], known: _Known) -> TensorExpr:
    """The right side of an equation."""
    factor = to_sympy(Poly.of(ratio))
    if entry is None:
        return as_tensor(factor)
    right = entry.read(runs, known)
    if abs(ratio) == 1:
        return right if ratio == 1 else REGISTRY["negative"](right)
    return REGISTRY["multiply"](factor, right)
