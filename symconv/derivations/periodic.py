"""Sums over a whole period: substitutions after which all positions agree up to whole turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from symconv.algebra.polynomials import ZERO, Exp, Floor, Poly, divided
from symconv.derivations.matching import (
    Product,
    few_terms,
    head,
    pairings,
    products,
    solution,
    sum_of,
    terms_of,
)
from symconv.derivations.reasons import Became, Reason, Rule, whole_turns
from symconv.derivations.setting import Line, Setting
from symconv.formulas.language import Conj, Formula, Plus, Read, When
from symconv.formulas.walking import parts, polys, rebuilt
from symconv.limits import MAX_PERIODIC_TERMS


def shifted(left: Formula, right: Formula, setting: Setting) -> Line | None:
    """The line `right` after `left` where their terms agree modulo the sizes of the axes that they read."""
    if not (_turns(left) or _turns(right)):
        return None
    ours, theirs = _folded(left), _folded(right)
    if not all(few_terms(f, MAX_PERIODIC_TERMS) for f in (ours, theirs)):
        return None
    values: list[tuple[str, Poly]] = []
    terms, partners = products(ours), products(theirs)
    rest = [*partners]
    for p in terms:
        partner = next(((q, v) for q in rest if (v := _substitution(p, q)) is not None), None)
        if partner is None:
            return None
        rest.remove(partner[0])
        for name, upper in ((n, b) for n, _, b in p.bound):
            value = divided(partner[1][name], upper)[1] if upper.is_atom else partner[1][name]
            values.append((name, value if value.is_atom else value % upper))
    became = Became(tuple(values), sum_of(terms), sum_of(partners))
    changes = bool(became.told(setting.naming))
    if rest or not (changes or (_turns(left) and _turns(right))) or not setting.plainly(left, right):
        return None
    if not changes:
        return Line(right, Reason(Rule.MODULO_THE_SIZE))
    turning = any(isinstance(a, Exp) for p in terms for a in p.coefficient.atoms)
    remark = Reason(Rule.WHOLE_PERIOD, remark=whole_turns() if turning else None)
    return Line(right, Reason(Rule.SUBSTITUTE, (became,), remark, Rule.MODULO_THE_SIZE))


def wrapped(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ_u x[m-u]·k[u] + Σ_u x[m+n-u]·k[u] as Σ_u x[(m-u) mod n]·k[u]."""
    terms = terms_of(formula)
    for p, q in combinations(terms, 2):
        together = _wrapped(p, q)
        if together is not None:
            others = [t for t in terms if t is not p and t is not q]
            yield (Line(sum_of([together, *others]), Reason(Rule.MODULO_THE_SIZE)),)


def _wrapped(p: Product, q: Product) -> Product | None:
    """Two terms as one, where they read the same but for one array, and that at places a size apart."""
    if [b[1:] for b in p.bound] != [b[1:] for b in q.bound] or p.guards or q.guards:
        return None
    ours = p.substitute(dict(zip(p.indices, map(Poly.name, q.indices), strict=True)))
    first = [f for f in ours.factors if f not in q.factors]
    second = [f for f in q.factors if f not in ours.factors]
    if ours.coefficient != q.coefficient or len(first) != 1 or len(second) != 1:
        return None
    read = modular(Plus((first[0], second[0])))
    return (
        replace(q, factors=tuple(read if f == second[0] else f for f in q.factors)) if isinstance(read, Read) else None
    )


def modular(formula: Formula) -> Formula:
    """The formula with T[i] + T[i+n] as T[i mod n], along every axis of which entries a size apart are added."""
    formula = rebuilt(formula, modular)
    if isinstance(formula, Read):
        index = tuple(axis.index([*map(_reflected, axis.parts(i), axis.digits)])
                      for axis, i in zip(formula.array.axes, formula.index, strict=True))  # fmt: skip
        return Read(formula.array, index) if index != formula.index else formula
    if isinstance(formula, Plus) and all(isinstance(t, Conj) for t in formula.terms):
        together = modular(Plus(tuple(t.body for t in formula.terms if isinstance(t, Conj))))
        return Conj(together) if isinstance(together, Read) else formula
    if not isinstance(formula, Plus) or not all(isinstance(t, Read) for t in formula.terms):
        return formula
    first, *others = formula.terms
    assert isinstance(first, Read)
    if any(not isinstance(t, Read) or t.array != first.array for t in others):
        return formula
    turning = [len({*indices}) > 1 for indices in zip(*(t.index for t in formula.terms), strict=True)]  # type: ignore[union-attr]
    if len(formula.terms) != 1 << sum(turning) or not all(_apart(first, t) for t in others):
        return formula
    sizes = [axis.size for axis in first.array.axes]
    places = [axis.parts(i)[0] for axis, i in zip(first.array.axes, first.index, strict=True)]
    return Read(
        first.array,
        tuple(
            place % size if turns else i
            for place, size, turns, i in zip(places, sizes, turning, first.index, strict=True)
        ),
    )


def _reflected(part: Poly, size: Poly) -> Poly:
    """n − 1 − (e mod n) as (−1 − e) mod n."""
    rest = size - 1 - part
    for atom in part.atoms:
        if isinstance(atom, Floor) and atom.divisor == size and rest + Poly.atom(atom) * size == atom.numerator:
            return (-atom.numerator - 1) % size
    return part


def _apart(first: Read, other: Formula) -> bool:
    """Whether two reads of an array are equal or a size apart along each of its axes, which have one digit each."""
    assert isinstance(other, Read)
    for axis, i, j in zip(first.array.axes, first.index, other.index, strict=True):
        if i != j and (len(axis.digits) > 1 or axis.parts(i)[0] - axis.parts(j)[0] not in (axis.size, -axis.size)):
            return False
    return True


def _turns(formula: Formula) -> bool:
    """Whether something is read modulo a size, or at places that are a size apart."""
    indices = (poly for part in parts(formula) if isinstance(part, Read) for poly in polys(part))
    return any(isinstance(a, Floor) for i in indices for a in i.atoms) or _folded(formula) != formula


def _folded(formula: Formula) -> Formula:
    """The formula with T[i] + T[i+n] as T[i mod n], in whatever ranges each of them stands."""
    formula = rebuilt(formula, _folded)
    if not isinstance(formula, Plus):
        return formula
    first, *others = (t.body if isinstance(t, When) else t for t in formula.terms)
    own = products(first) if few_terms(first, 1) else []
    if len(own) != 1:
        return formula
    (p,) = own
    single = (products(t) if few_terms(t, 1) else [] for t in others)
    same = all(len(found) == 1 and _substitution(found[0], p) is not None for found in single)
    return first if same and p.factors else formula


def _places(first: Read, second: Read) -> Iterator[tuple[Poly, Poly, Poly]]:
    for axis, i, j in zip(first.array.axes, first.index, second.index, strict=True):
        for a, b, size in zip(axis.parts(i), axis.parts(j), axis.digits, strict=True):
            yield _unreduced(a, size), _unreduced(b, size), size


def _unreduced(part: Poly, size: Poly) -> Poly:
    """e for e mod size."""
    for atom in part.atoms:
        if isinstance(atom, Floor) and atom.divisor == size and part + Poly.atom(atom) * size == atom.numerator:
            return _unreduced(atom.numerator, size)
    return part


def _multiple(difference: Poly, size: Poly) -> bool:
    if size.integer is not None:
        return all(isinstance(c, int) and c % size.integer == 0 for c in difference.terms.values())
    return size.is_atom and divided(difference, size)[1] == ZERO


def _substitution(p: Product, q: Product) -> dict[str, Poly] | None:
    """The values of p's bound names with which all its factors are those of q up to whole turns."""
    if len(p.bound) != len(q.bound) or len(p.factors) != len(q.factors) or p.guards or q.guards:
        return None
    unknown, targets = p.indices, q.indices
    for pairing in pairings(p.factors, q.factors):
        places = [t for a, b in pairing if isinstance(a, Read) and isinstance(b, Read) for t in _places(a, b)]
        plain = sorted(places, key=lambda place: len(place[0].names & {*unknown}))
        values = solution([a - b for a, b, _ in plain], unknown, targets)
        if values is None or any(head(a) != head(b) for a, b in pairing):
            continue
        if p.coefficient.substitute(values) != q.coefficient:
            continue
        if all(_multiple(a.substitute(values) - b, size) for a, b, size in places):
            return values
    return None


__all__ = ["modular", "shifted", "wrapped"]
