"""Hypotheses on entries: K[y] = ±K[g(y)], used by averaging over a group of such moves, and K[y] = 0.

Averaging over the whole group (rather than over orbits) makes fixed points come out right:
with K == -flip(K) the middle entry of an odd kernel averages to 0. Every move permutes the
entries of the tensor: one that a hypothesis states of some of them only leaves the others where they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product
from math import factorial, prod

from symconv.algebra.polynomials import Poly
from symconv.formulas.conditions import Compare, holds
from symconv.kernel import presburger
from symconv.kernel.coefficients import Piece, slot_names
from symconv.kernel.presburger import Undecided
from symconv.kernel.terms import Atom, TensorAtom
from symconv.limits import MAX_GROUP, MAX_IMAGES, check_time


@dataclass(frozen=True)
class Move:
    """K[y] = sign · K[images] where the guards hold, all affine in the names $0, $1, … of y and the sizes."""

    images: tuple[Poly, ...]
    sign: int = 1
    guards: tuple[Compare, ...] = ()

    def after(self, other: Move) -> Move:
        """First the other move, then this one; both hold everywhere."""
        values = {f"${i}": image for i, image in enumerate(other.images)}
        return Move(tuple(image.substitute(values) for image in self.images), self.sign * other.sign)


Permutation = tuple[Move, ...]
"""Moves of some entries, the first whose guards hold; all other entries stay."""


@dataclass(frozen=True)
class Symmetry:
    """A group of moves of all entries of a tensor, and cyclic groups of permutations of some of them.

    Each cyclic group is listed without the identity. The tensor is invariant under everything here.
    """

    tensor: str
    moves: tuple[Move, ...]
    partial: tuple[tuple[Permutation, ...], ...] = ()

    @property
    def is_group(self) -> bool:
        """Whether averaging over one group after the other is averaging over all that they generate."""
        return not self.partial or (len(self.moves) == 1 and len(self.partial) == 1)


@dataclass(frozen=True)
class ZeroEntries:
    """K[index] = 0 where the guards hold, affine in the sizes and in free names $0, $1, …"""

    tensor: str
    index: tuple[Poly, ...]
    guards: tuple[Compare, ...] = ()

    @property
    def free(self) -> list[str]:
        """The free names."""
        return sorted({n for p in (*self.index, *(g.poly for g in self.guards)) for n in p.names if n.startswith("$")})


def without_zeros(
    piece: Piece, key: tuple[Atom, ...], arities: Sequence[int], visible: Sequence[str], zeros: Sequence[ZeroEntries]
) -> Piece:
    """The piece where no entry is one that is 0."""
    domain = piece.domain
    for k, atom in enumerate(key):
        for zero in zeros:
            if isinstance(atom, TensorAtom) and atom.name == zero.tensor:
                own = slot_names(k, arities[k])
                equal = [Compare(Poly.name(y) - i, "==") for y, i in zip(own, zero.index, strict=True)]
                domain = domain.subtract(presburger.points(visible, [*equal, *zero.guards], zero.free))
    return Piece(domain, piece.coefficient)


def closed(zeros: Sequence[ZeroEntries], symmetries: Mapping[str, Symmetry]) -> tuple[ZeroEntries, ...]:
    """The entries that are 0, with their images under the symmetries of the same tensor."""
    found = dict.fromkeys(zeros)
    waiting = list(zeros)
    while waiting and len(found) < MAX_GROUP:
        zero = waiting.pop()
        group = symmetries.get(zero.tensor)
        values = {f"${i}": index for i, index in enumerate(zero.index)}
        some = (m for permutations in group.partial for one in permutations for m in one) if group else ()
        for move in (*group.moves, *some) if group else ():
            index = tuple(i.substitute(values) for i in move.images)
            guards = dict.fromkeys([*zero.guards, *(g.substitute(values) for g in move.guards)])
            image = ZeroEntries(zero.tensor, index, tuple(guards))
            if image not in found:
                found[image] = None
                waiting.append(image)
    return tuple(found)


def generated(tensor: str, arity: int, generators: Sequence[Move]) -> Symmetry | None:
    """The group that the moves generate; None where it does not close within `MAX_GROUP` elements."""
    identity = Move(tuple(Poly.name(f"${i}") for i in range(arity)))
    moves, frontier = {identity: None}, [identity]
    while frontier:
        made = [g.after(move) for move in frontier for g in generators]
        frontier = [m for m in dict.fromkeys(made) if m not in moves]
        moves.update(dict.fromkeys(frontier))
        if len(moves) > MAX_GROUP:
            return None
    return Symmetry(tensor, tuple(moves))


def orbit(symmetry: Symmetry | None, index: Sequence[int], sizes: Mapping[str, int]) -> dict[tuple[int, ...], int]:
    """The entries that must equal ± the one at `index`; empty where it must be 0."""
    found = {tuple(index): 1}
    if symmetry is None:
        return found
    waiting = [tuple(index)]
    numbers = _numbers(sizes)
    while waiting:
        at = waiting.pop()
        values = {**numbers, **{f"${i}": Poly.of(v) for i, v in enumerate(at)}}
        for move in (*symmetry.moves, *_moved(symmetry.partial, values)):
            image = tuple(int(i.substitute(values).constant or 0) for i in move.images)
            if image not in found:
                waiting.append(image)
            if found.setdefault(image, found[at] * move.sign) != found[at] * move.sign:
                return {}
    return found


def is_zero(zeros: Iterable[ZeroEntries], tensor: str, index: Sequence[int], sizes: Mapping[str, int]) -> bool:
    """Whether an entry is one that is 0 at these sizes."""
    for zero in zeros:
        if zero.tensor == tensor:
            numbers = _numbers(sizes)
            equal = [Compare(i.substitute(numbers) - at, "==") for i, at in zip(zero.index, index, strict=True)]
            guards = [guard.substitute(numbers) for guard in zero.guards]
            left = {n for c in (*equal, *guards) for n in c.poly.names} - {*zero.free}
            if not left and not presburger.points([], [*equal, *guards], zero.free).is_empty():
                return True
    return False


def _numbers(sizes: Mapping[str, int]) -> dict[str, Poly]:
    """The values of names, free indices among them as the kernel calls them."""
    values = {name: Poly.of(value) for name, value in sizes.items()}
    return values | {f"{name}.x": value for name, value in values.items()}


def _moved(groups: Iterable[Iterable[Permutation]], values: Mapping[str, Poly]) -> list[Move]:
    """The moves that apply to one entry."""
    chosen = (next((m for m in one if _applies(m, values)), None) for group in groups for one in group)
    return [move for move in chosen if move is not None]


def _applies(move: Move, values: Mapping[str, Poly]) -> bool:
    """Whether the guards of a move hold at values for some names."""
    guards = [guard.substitute(values) for guard in move.guards]
    return all(not guard.poly.names and holds(guard, {}) for guard in guards)


def averaged(
    pieces: Sequence[Piece],
    key: tuple[Atom, ...],
    arities: Sequence[int],
    names: Sequence[str],
    symmetries: Mapping[str, Symmetry],
) -> list[Piece]:
    """The pieces averaged over the symmetries of every slot and over permutations of equal slots."""
    whole = _averaged_over_all(pieces, key, arities, names, symmetries)
    for slot, atom in enumerate(key):
        found = symmetries.get(atom.name) if isinstance(atom, TensorAtom) else None
        for group in found.partial if found is not None else ():
            whole = _averaged_over_some(whole, slot, group, names, arities)
    return whole


def _averaged_over_some(
    pieces: Sequence[Piece], slot: int, group: Sequence[Permutation], names: Sequence[str], arities: Sequence[int]
) -> list[Piece]:
    """The pieces averaged over permutations of some entries in one slot."""
    visible = [*names, *(n for k, arity in enumerate(arities) for n in slot_names(k, arity))]
    coordinates = slot_names(slot, arities[slot])
    own = {f"${j}": Poly.name(n) for j, n in enumerate(coordinates)}
    weight = Fraction(1, len(group) + 1)
    found = [Piece(p.domain, p.coefficient * weight) for p in pieces]
    for piece, permutation in product(pieces, group):
        check_time()
        rest = presburger.universe(len(visible))
        for move in permutation:
            guards = [g.substitute(own) for g in move.guards]
            here = rest.intersect(presburger.points(visible, guards))
            rest = rest.subtract(here)
            values = {n: image.substitute(own) for n, image in zip(coordinates, move.images, strict=True)}
            domain = presburger.preimage(piece.domain, visible, [values.get(n, Poly.name(n)) for n in visible])
            found.append(Piece(domain.intersect(here), piece.coefficient.substitute(values) * (weight * move.sign)))
        found.append(Piece(piece.domain.intersect(rest), piece.coefficient * weight))
    return found


def _averaged_over_all(
    pieces: Sequence[Piece],
    key: tuple[Atom, ...],
    arities: Sequence[int],
    names: Sequence[str],
    symmetries: Mapping[str, Symmetry],
) -> list[Piece]:
    """The pieces averaged over the moves of all entries in every slot, and over permutations of equal slots."""
    per_slot = [_slot_moves(atom, arity, symmetries) for atom, arity in zip(key, arities, strict=True)]
    number = prod(map(len, per_slot)) * prod(map(factorial, Counter(key).values()))
    if number == 1:  # quicker
        return list(pieces)
    if number > MAX_IMAGES:
        raise Undecided(f"{number} images under the hypotheses are too many")
    weight, orders, changes = Fraction(1, number), _orders(key), list(product(*per_slot))
    own = [slot_names(k, arity) for k, arity in enumerate(arities)]
    visible = [*names, *(n for slot in own for n in slot)]
    maps: list[tuple[list[Poly], int]] = []
    for order, change in product(orders, changes):
        images: list[Poly] = [Poly.name(n) for n in names]
        sign = 1
        for k in order:
            move, slot = change[k], own[k]
            sign *= move.sign
            images += [i.substitute({f"${j}": Poly.name(n) for j, n in enumerate(slot)}) for i in move.images]
        maps.append((images, sign))
    found = []
    for piece, (images, sign) in product(pieces, maps):
        check_time()
        values = dict(zip(visible, images, strict=True))
        domain = presburger.preimage(piece.domain, visible, images)
        found.append(Piece(domain, piece.coefficient.substitute(values) * (weight * sign)))
    return found


def _slot_moves(atom: Atom, arity: int, symmetries: Mapping[str, Symmetry]) -> tuple[Move, ...]:
    """The moves of one slot; it stays where it has no symmetry."""
    found = symmetries.get(atom.name) if isinstance(atom, TensorAtom) else None
    return found.moves if found else (Move(tuple(Poly.name(f"${i}") for i in range(arity))),)


def _orders(key: tuple[Atom, ...]) -> list[tuple[int, ...]]:
    """The permutations of slots that exchange equal atoms only."""
    blocks: dict[Atom, list[int]] = {}
    for k, atom in enumerate(key):
        blocks.setdefault(atom, []).append(k)
    found = []
    for choice in product(*(permutations(b) for b in blocks.values())):
        order = list(range(len(key)))
        for block, permuted in zip(blocks.values(), choice, strict=True):
            for old, new in zip(block, permuted, strict=True):
                order[old] = new
        found.append(tuple(order))
    return found
