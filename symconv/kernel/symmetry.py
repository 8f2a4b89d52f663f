"""Hypotheses on entries: K[y] = ±K[g(y)], used by averaging over the group they generate, and K[y] = 0.

Averaging over the whole group (rather than over orbits) makes fixed points come out right:
with K == -flip(K) the middle entry of an odd kernel averages to 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product

from symconv.algebra.polynomials import ONE, Poly
from symconv.algebra.solving import isolated
from symconv.formulas.conditions import Compare
from symconv.kernel import presburger
from symconv.kernel.coefficients import Piece, slot_names
from symconv.kernel.presburger import Undecided
from symconv.kernel.terms import Atom, TensorAtom, Term

MAX_GROUP = 400
MAX_IMAGES = 4_096


@dataclass(frozen=True)
class Move:
    """K[y] = sign · K[images], the images being affine in the names $0, $1, … and the sizes."""

    images: tuple[Poly, ...]
    sign: int = 1

    def after(self, other: Move) -> Move:
        """First the other move, then this one."""
        values = {f"${i}": image for i, image in enumerate(other.images)}
        return Move(tuple(image.substitute(values) for image in self.images), self.sign * other.sign)


@dataclass(frozen=True)
class Symmetry:
    """The group of moves under which a tensor is invariant."""

    tensor: str
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class ZeroEntries:
    """K[index] = 0, the index being affine in the sizes and in free names $0, $1, …"""

    tensor: str
    index: tuple[Poly, ...]
    guards: tuple[Compare, ...] = ()


def zeros_from(terms: Sequence[Term]) -> ZeroEntries | None:
    """The entries that an array of single entries of one tensor reads, if it is one."""
    if len(terms) != 1 or terms[0].bound or len(terms[0].slots) != 1 or terms[0].coefficient.constant is None:
        return None
    slot = terms[0].slots[0]
    if not isinstance(slot.atom, TensorAtom) or not all(i.is_affine for i in slot.index):
        return None
    return ZeroEntries(slot.atom.name, slot.index, terms[0].guards)


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
                free = sorted({n for i in zero.index for n in i.names if n.startswith("$")})
                domain = domain.subtract(presburger.points(visible, [*equal, *zero.guards], free))
    return Piece(domain, piece.coefficient)


def closed(zeros: Sequence[ZeroEntries], symmetries: Mapping[str, Symmetry]) -> tuple[ZeroEntries, ...]:
    """The entries that are 0, with their images under the symmetries of the same tensor."""
    found: dict[ZeroEntries, None] = {}
    for zero in zeros:
        group = symmetries.get(zero.tensor)
        values = {f"${i}": index for i, index in enumerate(zero.index)}
        for images in [m.images for m in group.moves] if group else [None]:
            index = zero.index if images is None else tuple(i.substitute(values) for i in images)
            found[ZeroEntries(zero.tensor, index, zero.guards)] = None
    return tuple(found)


def move_from(left: Sequence[Term], right: Sequence[Term]) -> tuple[str, Move] | None:
    """The move stated by an equation of two arrays of single entries of one tensor, or None.

    The index of the left side must be $0, $1, … up to order and reflection, so that it can be
    solved for; the caller checks the shapes.
    """
    if len(left) != 1 or len(right) != 1:
        return None
    (a,), (b,) = left, right
    if a.bound or b.bound or len(a.slots) != 1 or len(b.slots) != 1 or a.slots[0].atom != b.slots[0].atom:
        return None
    atom, ratio = a.slots[0].atom, b.coefficient * a.coefficient
    if not isinstance(atom, TensorAtom) or a.coefficient not in (ONE, -ONE) or b.coefficient not in (ONE, -ONE):
        return None
    inverse: dict[str, Poly] = {}
    for i, index in enumerate(a.slots[0].index):
        names = [n for n in index.names if n.startswith("$")]
        match isolated(index, names[0]) if len(names) == 1 and index.is_affine else None:
            case (1 | -1) as sign, rest if names[0] not in inverse:
                inverse[names[0]] = (Poly.name(f"${i}") - rest) * sign
            case _:
                return None
    images = tuple(index.substitute(inverse) for index in b.slots[0].index)
    if any(not image.is_affine for image in images):
        return None
    return atom.name, Move(images, int(ratio.constant or 0))


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
    if symmetry is None:
        return {tuple(index): 1}
    values = {**{f"${i}": Poly.of(v) for i, v in enumerate(index)}, **{k: Poly.of(v) for k, v in sizes.items()}}
    found: dict[tuple[int, ...], int] = {}
    for move in symmetry.moves:
        at = tuple(int(image.substitute(values).constant or 0) for image in move.images)
        if found.setdefault(at, move.sign) != move.sign:
            return {}
    return found


def averaged(
    pieces: Sequence[Piece],
    key: tuple[Atom, ...],
    arities: Sequence[int],
    names: Sequence[str],
    symmetries: Mapping[str, Symmetry],
) -> list[Piece]:
    """The pieces averaged over the symmetries of every slot and over permutations of equal slots."""
    changes = _slot_changes(key, arities, symmetries)
    orders = list(_orders(key))
    weight = Fraction(1, len(changes) * len(orders))
    if len(changes) * len(orders) == 1:
        return list(pieces)
    if len(changes) * len(orders) > MAX_IMAGES:
        raise Undecided(f"{len(changes) * len(orders)} images under the hypotheses are too many")
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
        presburger.check_time()
        values = dict(zip(visible, images, strict=True))
        domain = presburger.preimage(piece.domain, visible, images)
        found.append(Piece(domain, piece.coefficient.substitute(values) * (weight * sign)))
    return found


def _slot_changes(
    key: tuple[Atom, ...], arities: Sequence[int], symmetries: Mapping[str, Symmetry]
) -> list[tuple[Move, ...]]:
    """One move a slot, in every combination; slots without a symmetry stay."""
    per_slot: list[tuple[Move, ...]] = []
    for atom, arity in zip(key, arities, strict=True):
        identity = (Move(tuple(Poly.name(f"${i}") for i in range(arity))),)
        found = symmetries.get(atom.name) if isinstance(atom, TensorAtom) else None
        per_slot.append(found.moves if found else identity)
    return list(product(*per_slot))


def _orders(key: tuple[Atom, ...]) -> list[tuple[int, ...]]:
    """The permutations of slots that exchange equal atoms only."""
    blocks: dict[Atom, list[int]] = {}
    for k, atom in enumerate(key):
        blocks.setdefault(atom, []).append(k)
    if all(len(b) == 1 for b in blocks.values()):
        return [tuple(range(len(key)))]
    found = []
    for choice in product(*(permutations(b) for b in blocks.values())):
        order = list(range(len(key)))
        for block, permuted in zip(blocks.values(), choice, strict=True):
            for old, new in zip(block, permuted, strict=True):
                order[old] = new
        found.append(tuple(order))
    return found
