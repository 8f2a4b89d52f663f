"""Presburger sets over named integers: the only module that builds isl objects from polynomials.

Every set lives in an isl space without parameters whose dimensions are the given names, in
order. Floors by a number become existential integers; a product of sizes becomes a visible
name of its own (`n*m`), which loses information and so can prove but never refute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache, wraps
from math import lcm, prod
from threading import local
from typing import Any, TypeVar

import islpy as isl

from symconv.algebra.polynomials import Atom, Extremum, Floor, Monomial, Number, Poly
from symconv.formulas.conditions import (
    All,
    AnyOf,
    Compare,
    Condition,
    Negation,
    in_linear_cases,
    in_range,
)
from symconv.limits import MAX_SPARSENESS, MAX_WORD, OPERATIONS_PER_SECOND, Undecided, deadline

_SET = isl.dim_type.set

_Made = TypeVar("_Made")


class _Isl(local):
    """isl as one thread has it: its context, which counts operations, and what was computed in it."""

    def __init__(self) -> None:
        self.context = isl.Context()
        self.caches: dict[Callable[..., Any], Callable[..., Any]] = {}


_isl = _Isl()


def cached(maxsize: int) -> Callable[[Callable[..., _Made]], Callable[..., _Made]]:
    """Remember what a function of hashable arguments returns; each thread by itself, as sets belong to its isl."""

    def decorate(function: Callable[..., _Made]) -> Callable[..., _Made]:
        @wraps(function)
        def remembered(*arguments: Any) -> _Made:
            cache = _isl.caches.get(function)
            if cache is None:
                cache = _isl.caches[function] = lru_cache(maxsize)(function)
            made: _Made = cache(*arguments)
            return made

        return remembered

    return decorate


@contextmanager
def budget(seconds: float, patience: float = 1) -> Iterator[None]:
    """Bound the work inside to about this time; beyond it, `Undecided` is raised.

    isl cannot be interrupted, so its work is counted in operations; with `patience` above 1 the time
    is that much longer than the count. A budget inside another one can only be smaller.
    """
    context = _isl.context
    outer = context.get_max_operations()
    inner = max(1, int(seconds * OPERATIONS_PER_SECOND))
    context.reset_operations()
    context.set_max_operations(min(inner, outer) if outer else inner)
    try:
        with deadline(seconds * patience):
            yield
    except isl.Error as error:
        raise Undecided("the sets of indices are too complex for isl") from error
    finally:
        context.reset_operations()
        context.set_max_operations(outer)


@cached(512)
def _space(n: int) -> isl.Space:
    return isl.Space.set_alloc(_isl.context, 0, n)


@cached(512)
def _local(n: int) -> isl.LocalSpace:
    return isl.LocalSpace.from_space(_space(n))


@cached(512)
def universe(n: int) -> isl.Set:
    """The set of all points with n coordinates."""
    return isl.Set.universe(_space(n))


def opaque_name(monomial: Monomial) -> str:
    """The visible name of a product (or quotient) of sizes."""
    return "*".join(str(a) for a in monomial)


def opaque_monomials(poly: Poly) -> Iterable[Monomial]:
    """The monomials that isl cannot express: products, and quotients by a symbol."""
    for monomial in poly.terms:
        match monomial:
            case () | (str(),):
                continue
            case (Floor(numerator, divisor),) if divisor.integer is not None:
                yield from opaque_monomials(numerator)
            case (Extremum(_, args),):
                for arg in args:
                    yield from opaque_monomials(arg)
            case _:
                yield monomial


def is_nonlinear(poly: Poly) -> bool:
    """Whether there is a product or a quotient of names in a polynomial."""
    return any(len(m) > 1 or not all(isinstance(a, str) for a in m) for m in poly.terms)


class _Rows:
    """Linear rows over given names and the local integers that floors introduce."""

    def __init__(self, names: Sequence[str]) -> None:
        self.position = {name: i for i, name in enumerate(names)}
        self.known = len(self.position)
        self.floors: dict[Atom, str] = {}
        self.rows: list[tuple[str, dict[int, int], int]] = []

    def add(self, constraint: Compare) -> None:
        """Add the row of a constraint."""
        self.rows.append((constraint.relation, *self.row(constraint.poly)))

    def row(self, poly: Poly) -> tuple[dict[int, int], int]:
        """The integer coefficients by position, and the constant, up to a positive factor."""
        scale = 1
        for c in poly.terms.values():
            if not isinstance(c, int):  # quicker
                scale = lcm(scale, c.denominator)
        row: dict[int, int] = {}
        constant = 0
        for monomial, c in poly.terms.items():
            value = int(c * scale)
            if not monomial:
                constant = value
            else:
                at = self._place(monomial)
                row[at] = row.get(at, 0) + value
        return row, constant

    def _place(self, monomial: Monomial) -> int:
        atom = monomial[0]
        if len(monomial) == 1:
            if isinstance(atom, str) and atom in self.position:
                return self.position[atom]
            if isinstance(atom, Floor) and atom.divisor.integer is not None:
                return self._floor(atom, atom.divisor.integer)
        name = opaque_name(monomial)
        if name not in self.position:
            raise Undecided(f"the term {_readable(name)} is not linear in the indices")
        return self.position[name]

    def _floor(self, atom: Floor, divisor: int) -> int:
        if atom not in self.floors:
            name = f"%{len(self.floors)}"
            self.floors[atom] = name
            self.position[name] = len(self.position)
            quotient = Poly.name(name)
            for bound in in_range(atom.numerator - quotient * divisor, atom.divisor):
                self.add(bound)
        return self.position[self.floors[atom]]


def _readable(name: str) -> str:
    """A product as users know its names: an index without its number, that of an entry as y."""
    return re.sub(r"@\d+\.\d+", "y", re.sub(r"([A-Za-z]\w*)\.\w+", r"\1", name))


def _constraint(n: int, row: dict[int, int], is_equality: bool, constant: int = 0) -> isl.Constraint:
    made = (isl.Constraint.alloc_equality if is_equality else isl.Constraint.alloc_inequality)(_local(n))
    for at, value in row.items():
        made = made.set_coefficient_val(_SET, at, _number(value))
    return made.set_constant_val(_number(constant))


def _number(value: int) -> Any:
    """A number as islpy takes it: in words where it has more than 63 bits."""
    return value if abs(value) < MAX_WORD else isl.Val.read_from_str(_isl.context, str(value))


def points(names: Sequence[str], constraints: Iterable[Compare], hidden: Sequence[str] = ()) -> isl.Set:
    """The points over `names` for which integers `hidden` exist that satisfy the constraints."""
    return _points(tuple(names), tuple(constraints), tuple(hidden))


@cached(4_096)
def _points(names: tuple[str, ...], constraints: tuple[Compare, ...], hidden: tuple[str, ...]) -> isl.Set:
    rows = _Rows([*names, *hidden])
    for constraint in constraints:
        rows.add(constraint)
    n = len(rows.position)
    basic = isl.BasicSet.universe(_space(n))
    for relation, row, constant in rows.rows:
        if relation != "!=":
            basic = basic.add_constraint(_constraint(n, row, relation == "==", constant))
    made = isl.Set.from_basic_set(basic)
    for relation, row, constant in rows.rows:
        if relation == "!=":
            at_zero = isl.BasicSet.universe(_space(n)).add_constraint(_constraint(n, row, True, constant))
            made = made.subtract(isl.Set.from_basic_set(at_zero))
    return made.project_out(_SET, len(names), n - len(names))


def condition_set(names: Sequence[str], condition: Condition) -> isl.Set:
    """The points over `names` that satisfy a condition."""
    match condition:
        case Compare():
            cases = in_linear_cases(condition)
            if cases == condition:
                return points(names, [condition])
            made = condition_set(names, cases)
            powers = {opaque_name(m) for m in opaque_monomials(condition.poly)}
            if condition.poly.first_extremum is None and powers <= {*names}:
                return made.intersect(points(names, [condition]))
            return made
        case All(conditions):
            made = universe(len(names))
            for c in conditions:
                made = made.intersect(condition_set(names, c))
            return made
        case AnyOf(conditions):
            made = isl.Set.empty(_space(len(names)))
            for c in conditions:
                made = made.union(condition_set(names, c))
            return made
        case Negation(Compare(relation="==" | "!=") as inner):
            return condition_set(names, inner.opposite)
        case Negation(inner):
            return universe(len(names)).subtract(condition_set(names, inner))


def dimension(made: isl.Set) -> int:
    """The number of coordinates."""
    return int(made.dim(_SET))


def extended(made: isl.Set, extra: int) -> isl.Set:
    """The set with more, unconstrained coordinates at the end."""
    return made.add_dims(_SET, extra) if extra else made  # either way


def projected(made: isl.Set, keep: int) -> isl.Set:
    """The set of the first `keep` coordinates."""
    return made.project_out(_SET, keep, made.dim(_SET) - keep) if made.dim(_SET) > keep else made


def without(made: isl.Set, places: Sequence[int]) -> isl.Set:
    """The projection that drops the coordinates at these places."""
    for place in sorted(places, reverse=True):
        made = made.project_out(_SET, place, 1)
    return made


def inserted(made: isl.Set, at: int, values: Sequence[int]) -> isl.Set:
    """The set with more coordinates, of the given values, before the one at a position."""
    return fixed(made.insert_dims(_SET, at, len(values)), at, values) if values else made  # either way


def fixed(made: isl.Set, at: int, values: Sequence[int]) -> isl.Set:
    """The points with the given values as coordinates from a position on."""
    n = made.dim(_SET)
    for i, value in enumerate(values):
        made = made.add_constraint(_constraint(n, {at + i: 1}, True, -value))
    return made


def determined(names: Sequence[str], constraints: Iterable[Compare], hidden: Sequence[str], context: isl.Set) -> bool:
    """Whether the names determine the hidden integers wherever the constraints hold."""
    made = points([*names, *hidden], constraints)
    made = made.intersect(extended(context, made.dim(_SET) - context.dim(_SET)))
    return made.project_onto_map(_SET, 0, len(names)).is_injective()


def preimage(made: isl.Set, names: Sequence[str], images: Sequence[Poly]) -> isl.Set:
    """The points over `names` that the affine map to `images` takes into the set."""
    n = len(names)
    rows = _Rows(names)
    affs = isl.AffList.alloc(_isl.context, len(images))
    for image in images:
        row, constant = rows.row(image)
        if len(rows.position) > n:
            raise Undecided("an index map with a quotient")
        aff = isl.Aff.zero_on_domain(_local(n))
        for at, value in row.items():
            aff = aff.set_coefficient_val(isl.dim_type.in_, at, _number(value))
        affs = affs.add(aff.set_constant_val(_number(constant)))
    space = isl.Space.alloc(_isl.context, 0, n, len(images))
    return made.preimage_multi_aff(isl.MultiAff.from_aff_list(space, affs))


def reordered(made: isl.Set, order: Sequence[int]) -> isl.Set:
    """The set with its coordinates in another order: the new i-th is the old `order[i]`-th."""
    if list(order) == list(range(len(order))):  # quicker
        return made
    names = [f"a{i}" for i in range(len(order))]
    where = {old: new for new, old in enumerate(order)}
    return preimage(made, names, [Poly.name(names[where[i]]) for i in range(len(order))])


def as_relation(made: isl.Set, n_in: int) -> isl.Map:
    """The relation from the first `n_in` coordinates to the rest."""
    n = made.dim(_SET)
    return isl.Map.from_domain(made).move_dims(isl.dim_type.out, 0, isl.dim_type.in_, n_in, n - n_in)


def as_set(relation: isl.Map) -> isl.Set:
    """The set of (domain, range) coordinates of a relation."""
    n_in, n_out = relation.dim(isl.dim_type.in_), relation.dim(isl.dim_type.out)
    return relation.move_dims(isl.dim_type.in_, n_in, isl.dim_type.out, 0, n_out).domain()


def equalities(made: isl.Set, names: Sequence[str]) -> list[Poly]:
    """Affine polynomials over the names that vanish on the whole set."""
    found = []
    for constraint in made.affine_hull().get_constraints():
        divs = constraint.dim(isl.dim_type.div)
        if not constraint.involves_dims(isl.dim_type.div, 0, divs):
            found.append(polynomial(constraint, names))
    return found


def one_range(made: isl.Set, names: Sequence[str]) -> tuple[Compare, ...] | None:
    """The constraints of a set that is one range without congruences, else None."""
    parts = made.coalesce().get_basic_sets()
    if len(parts) != 1 or parts[0].dim(isl.dim_type.div):
        return None
    constraints = parts[0].get_constraints()
    return tuple(Compare(polynomial(c, names), "==" if c.is_equality() else ">=") for c in constraints)


def polynomial(constraint: isl.Constraint, names: Sequence[str]) -> Poly:
    """The left side of a constraint, without its quotients."""
    terms: dict[Monomial, Number] = {(): integer(constraint.get_constant_val())}
    for at, name in enumerate(names):
        terms[(name,)] = integer(constraint.get_coefficient_val(_SET, at))
    return Poly(terms)


def smallest(made: isl.Set, n_sizes: int = 0, n_parameters: int = 0) -> tuple[int, ...] | None:
    """The point with the smallest (sum of sizes, |parameters|, then lexicographic order).

    Coordinates: sizes, then parameters, then the rest, of which any are taken where there is no first.
    None where the set is empty.
    """
    if made.is_empty():
        return None
    extra = 1 + n_parameters
    ordered = made.insert_dims(_SET, 0, extra)
    n = ordered.dim(_SET)
    ordered = ordered.add_constraint(_constraint(n, {0: -1, **{extra + i: 1 for i in range(n_sizes)}}, True))
    for p in range(n_parameters):
        at = extra + n_sizes + p
        for sign in (1, -1):
            ordered = ordered.add_constraint(_constraint(n, {1 + p: 1, at: sign}, False))
    try:
        point = ordered.lexmin().sample_point()
    except isl.Error:
        head = extra + n_sizes + n_parameters
        point = ordered.intersect(extended(projected(ordered, head).lexmin(), n - head)).sample_point()
    values = [integer(point.get_coordinate_val(_SET, i)) for i in range(n)]
    return tuple(values[extra:])


def rational(value: isl.Val) -> Fraction:
    """A number of isl as Python's."""
    return Fraction(_digits(value))


def integer(value: isl.Val) -> int:
    """The same of a whole number."""
    return int(_digits(value))


def _digits(value: isl.Val) -> str:
    """The digits of a number, which isl does not print once its budget is used up."""
    digits = value.to_str()
    if digits is None:
        raise Undecided("the sets of indices are too complex for isl")
    return str(digits)


def least(made: isl.Set, place: int) -> int | None:
    """The least value of one coordinate; None where it has none."""
    value = made.dim_min_val(place)
    return integer(value) if value.is_int() else None


def greatest(made: isl.Set, place: int) -> int | None:
    """The greatest value of one coordinate; None where it has none."""
    value = made.dim_max_val(place)
    return integer(value) if value.is_int() else None


def point_set(values: Sequence[int]) -> isl.Set:
    """The set of one point."""
    n = len(values)
    basic = isl.BasicSet.universe(_space(n))
    for at, value in enumerate(values):
        basic = basic.add_constraint(_constraint(n, {at: 1}, True, -value))
    return isl.Set.from_basic_set(basic)


def empty(n: int) -> isl.Set:
    """The empty set of points with n coordinates."""
    return isl.Set.empty(_space(n))


def each_point(made: isl.Set, limit: int) -> list[tuple[int, ...]]:
    """The points of a bounded set; raises `Undecided` where there are, or may be, more than `limit`."""
    if not made.is_bounded():
        raise Undecided("an unbounded range of indices")
    n = made.dim(_SET)
    if made.is_empty():
        return []
    box = prod(integer(made.dim_max_val(i) - made.dim_min_val(i)) + 1 for i in range(n))
    if box > limit * MAX_SPARSENESS:
        raise Undecided(f"more than {limit} points")
    found: list[tuple[int, ...]] = []
    failures: list[isl.Error | Undecided] = []

    def visit(point: isl.Point) -> None:
        try:
            found.append(tuple(integer(point.get_coordinate_val(_SET, i)) for i in range(n)))
        except (isl.Error, Undecided) as error:
            failures.append(error)

    made.foreach_point(visit)
    if failures:
        raise Undecided("the sets of indices are too complex for isl") from failures[0]
    if len(found) > limit:
        raise Undecided(f"more than {limit} points")
    return found
