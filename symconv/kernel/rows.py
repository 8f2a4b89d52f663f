"""What equality for all values of the other tensors says of one tensor's entries.

Where the difference is linear in K, every output index and every product of the other tensors'
entries gives one linear equation among entries of K: a row. Rows with one entry say that it is
0, rows with two that they agree up to sign. Longer rows are not used: so what is found here
is implied by the equality, but need not be all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import islpy as isl

from symconv.kernel import presburger
from symconv.kernel.coefficients import Piece
from symconv.kernel.decide import Difference
from symconv.kernel.formulas import Compare
from symconv.kernel.polynomials import Poly
from symconv.kernel.symmetry import Move
from symconv.kernel.terms import Atom, TensorAtom

_SET = isl.dim_type.set
MAX_CELLS = 12


@dataclass(frozen=True)
class Rows:
    """Over (sizes, y): entries that are 0; over (sizes, y, y'): entries that agree, or cancel."""

    sizes: tuple[str, ...]
    shape: tuple[Poly, ...]
    zero: isl.Set
    same: isl.Set
    opposite: isl.Set
    allowed: isl.Set

    @property
    def arity(self) -> int:
        """The number of axes of the tensor."""
        return len(self.shape)

    def at(self, point: isl.Set) -> Rows:
        """The same at some sizes only."""
        zero, same, opposite = (
            made.intersect(presburger.extended(point, made.dim(_SET) - len(self.sizes)))
            for made in (self.zero, self.same, self.opposite)
        )
        return Rows(self.sizes, self.shape, zero, same, opposite, self.allowed.intersect(point))

    def given(self, moves: Sequence[Move]) -> Rows:
        """The rows together with the moves that a hypothesis states."""
        same, opposite = self.same, self.opposite
        for move in moves:
            if move.sign > 0:
                same = same.union(self._demanded(move))
            else:
                opposite = opposite.union(self._demanded(move))
        return Rows(self.sizes, self.shape, self.zero, same.coalesce(), opposite.coalesce(), self.allowed)

    def typical(self) -> isl.Set:
        """One choice of sizes that are not special: 4 or more where that is allowed."""
        large = [Compare(Poly.name(s) - 4, ">=") for s in self.sizes]
        chosen = self.allowed.intersect(presburger.points(self.sizes, large))
        chosen = self.allowed if chosen.is_empty() else chosen
        point = presburger.smallest(chosen, len(self.sizes), 0)
        return presburger.empty(len(self.sizes)) if point is None else presburger.point_set(point)

    def _demanded(self, move: Move) -> isl.Set:
        """The (sizes, y, images of y)."""
        y, z = self._pair()
        images = [p.substitute({f"${i}": Poly.name(n) for i, n in enumerate(y)}) for p in move.images]
        graph = [Compare(Poly.name(n) - p, "==") for n, p in zip(z, images, strict=True)]
        demanded = presburger.points([*self.sizes, *y, *z], [*self._inside(y), *graph])
        return demanded.intersect(presburger.extended(self.allowed, 2 * self.arity))

    def _pair(self) -> tuple[list[str], list[str]]:
        return [f"$y{i}" for i in range(self.arity)], [f"$z{i}" for i in range(self.arity)]

    def failing(self, move: Move | None) -> isl.Set:
        """The sizes at which K[y] = sign·K[images] (for None: K = 0) does not follow from the rows."""
        if move not in self._known:
            self._known[move] = self._failing(move)
        return self._known[move]

    @cached_property
    def _known(self) -> dict[Move | None, isl.Set]:
        return {}

    def _failing(self, move: Move | None) -> isl.Set:
        if move is None:
            return self._failing_zero()
        y, z = self._pair()
        demanded = self._demanded(move)
        rest = demanded.subtract(self.same if move.sign > 0 else self.opposite)
        both = presburger.extended(self.zero, self.arity).intersect(
            self._swapped(presburger.extended(self.zero, self.arity))
        )
        rest = rest.subtract(both)
        if move.sign > 0:
            rest = rest.subtract(presburger.points([*self.sizes, *y, *z], _diagonal(y, z)))
        else:
            fixed = presburger.points([*self.sizes, *y, *z], _diagonal(y, z))
            rest = rest.subtract(fixed.intersect(presburger.extended(self.zero, self.arity)))
        if not rest.is_empty():
            rest = rest.subtract(self._joined(self.same, self.same if move.sign > 0 else self.opposite))
        return presburger.projected(rest, len(self.sizes))

    def _inside(self, names: Sequence[str]) -> list[Compare]:
        bounds = []
        for name, size in zip(names, self.shape, strict=True):
            bounds += [Compare(Poly.name(name), ">="), Compare(size - 1 - Poly.name(name), ">=")]
        return bounds

    def _swapped(self, relation: isl.Set) -> isl.Set:
        n, r = len(self.sizes), self.arity
        return presburger.reordered(relation, [*range(n), *range(n + r, n + 2 * r), *range(n, n + r)])

    def _joined(self, first: isl.Set, second: isl.Set) -> isl.Set:
        n, r = len(self.sizes), self.arity
        wide = presburger.extended(first, r).intersect(second.insert_dims(_SET, n, r))
        return wide.project_out(_SET, n + r, r)

    def _reached(self, entries: isl.Set) -> isl.Set:
        n, r = len(self.sizes), self.arity
        return presburger.extended(entries, r).intersect(self.same.union(self.opposite)).project_out(_SET, n, r)

    def _failing_zero(self) -> isl.Set:
        """Entries that are not linked to a zero row directly, or by steps that leave the array.

        If every entry equals the one a fixed step further, and those from which the step leads
        outside are 0, then all are 0: the steps are a descent.
        """
        y = [f"$y{i}" for i in range(self.arity)]
        every = presburger.points([*self.sizes, *y], self._inside(y))
        every = every.intersect(presburger.extended(self.allowed, self.arity))
        n = len(self.sizes)
        failing = presburger.projected(every.subtract(self.zero), n)
        if failing.is_empty():
            return failing
        zero = _united(self.zero, self._reached(self.zero))
        linked = _united(self.same, self.opposite)
        linked = _united(linked, self._joined(linked, linked).coalesce())
        typical = presburger.extended(self.typical(), self.arity)
        useful: set[tuple[int, ...]] = set()
        for step in _steps(self.arity):
            presburger.check_time()
            moved = [Poly.name(f"$y{i}") + s for i, s in enumerate(step)]
            sizes = [*map(Poly.name, self.sizes)]
            graph = presburger.preimage(linked, [*self.sizes, *y], [*sizes, *map(Poly.name, y), *moved])
            stays = presburger.preimage(every, [*self.sizes, *y], [*sizes, *moved])
            broken = every.intersect(stays).subtract(graph).union(every.subtract(stays))
            if tuple(-s for s in step) in useful or not broken.intersect(typical).subtract(zero).is_empty():
                continue
            useful.add(step)
            failing = failing.intersect(presburger.projected(broken.subtract(zero), n)).coalesce()
            if failing.is_empty():
                break
        return failing


def _diagonal(y: Sequence[str], z: Sequence[str]) -> list[Compare]:
    return [Compare(Poly.name(a) - Poly.name(b), "==") for a, b in zip(y, z, strict=True)]


def _steps(arity: int) -> Iterator[tuple[int, ...]]:
    """Short steps along the axes."""
    steps = [tuple(d if i == k else 0 for i in range(arity)) for k in range(arity) for d in (1, 2, -1, -2)]
    return iter(steps)


def rows(found: Difference, tensor: str, shape: Sequence[Poly]) -> Rows | None:
    """The rows that a difference gives for one tensor; None where it is not linear in it.

    A complex tensor that occurs both conjugated and not is not: K and its conjugate are not
    independent.
    """
    frame = found.frame
    n = frame.n_sizes + frame.n_parameters
    arity = len(shape)
    if not found.is_exact:
        return None
    zero, same, opposite = presburger.empty(n + arity), presburger.empty(n + 2 * arity), presburger.empty(n + 2 * arity)
    if len({a for key, left in found.cells.items() if left for a in key if _is(a, tensor)}) > 1:
        return None
    for key, parts in found.pieces.items():
        if not found.cells[key]:
            continue
        slots = [k for k, atom in enumerate(key) if _is(atom, tensor)]
        if len(slots) != 1 or len(parts) > MAX_CELLS or not all(isinstance(a, TensorAtom) for a in key):
            return None
        if any(c.coefficient.constant is None for c in parts):
            return None
        cells = _added_up(parts)
        relations = [_relation(c, slots[0], found.arities[key], len(frame.names)) for c in cells]
        zero, same, opposite = _collect(relations, cells, n, (zero, same, opposite))
    swap = [*range(n), *range(n + arity, n + 2 * arity), *range(n, n + arity)]
    same, opposite = (_united(r.coalesce(), presburger.reordered(r, swap)) for r in (same, opposite))
    own = [f"$y{i}" for i in range(2 * arity)]
    diagonal = presburger.points([*frame.names[:n], *own], _diagonal(own[:arity], own[arity:]))
    zero = zero.union(presburger.projected(opposite.intersect(diagonal), n + arity)).coalesce()
    return Rows(frame.names[:n], tuple(shape), zero, same, opposite, frame.sizes)


def _added_up(cells: Sequence[Piece]) -> list[Piece]:
    """The pieces with those on equal sets added up."""
    made: list[Piece] = []
    for cell in cells:
        same = next((i for i, other in enumerate(made) if cell.domain.is_equal(other.domain)), None)
        if same is None:
            made.append(cell)
        else:
            made[same] = Piece(cell.domain, made[same].coefficient + cell.coefficient)
    return made


def _united(first: isl.Set, second: isl.Set) -> isl.Set:
    """The union, in as few parts as is cheap."""
    return first if second.is_subset(first) else first.union(second).coalesce()


def _is(atom: Atom, tensor: str) -> bool:
    return isinstance(atom, TensorAtom) and atom.name == tensor


def _relation(cell: Piece, slot: int, arities: Sequence[int], n_names: int) -> isl.Map:
    """From rows (names, indices of the other entries) to the index of the tensor's entry."""
    start = n_names + sum(arities[:slot])
    own = list(range(start, start + arities[slot]))
    rest = [i for i in range(n_names + sum(arities)) if i not in own]
    return presburger.as_relation(presburger.reordered(cell.domain, [*rest, *own]), len(rest))


def _collect(
    relations: Sequence[isl.Map], cells: Sequence[Piece], n: int, found: tuple[isl.Set, isl.Set, isl.Set]
) -> tuple[isl.Set, isl.Set, isl.Set]:
    """Add the rows with one and with two entries."""
    zero, same, opposite = found
    single = [r.lexmin().intersect(r.lexmax()) for r in relations]
    long = [r.domain().subtract(s.domain()) for r, s in zip(relations, single, strict=True)]
    domains = [s.domain() for s in single]
    for i, relation in enumerate(single):
        alone = domains[i]
        for j in range(len(single)):
            alone = alone.subtract(long[j]) if j == i else alone.subtract(domains[j]).subtract(long[j])
        zero = zero.union(_over_sizes(relation.intersect_domain(alone), n))
        for j in range(i + 1, len(single)):
            both = domains[i].intersect(domains[j])
            for k in range(len(single)):
                both = both.subtract(long[k]) if k in (i, j) else both.subtract(domains[k]).subtract(long[k])
            if both.is_empty():
                continue
            pairs = _over_sizes(relation.flat_range_product(single[j]).intersect_domain(both), n)
            total, difference = (
                (cells[i].coefficient + cells[j].coefficient),
                (cells[i].coefficient - cells[j].coefficient),
            )
            if total.is_zero():
                same = same.union(pairs)
                continue
            arity = (pairs.dim(_SET) - n) // 2
            y, z = ([f"{name}{k}" for k in range(arity)] for name in "yz")
            diagonal = presburger.points([*(f"n{k}" for k in range(n)), *y, *z], _diagonal(y, z))
            zero = zero.union(presburger.projected(pairs.intersect(diagonal), n + arity))
            if difference.is_zero():
                opposite = opposite.union(pairs)
    return zero, same, opposite


def _over_sizes(relation: isl.Map, n: int) -> isl.Set:
    made = presburger.as_set(relation)
    return made.project_out(_SET, n, relation.dim(isl.dim_type.in_) - n)
