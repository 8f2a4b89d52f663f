"""Hypotheses that give some entries of a tensor by others, as a tensor whose entries are corrected to be so.

x[1:] == y[1:] is x := y at these entries, x[1:] == x[:-1] is x := x[0] at all of them. As with a parametrisation, the
name is kept: every tensor that satisfies the hypothesis is what is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from symconv.algebra.polynomials import ONE, I, Poly, extremum, floor
from symconv.algebra.solving import isolated
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.formulas.conditions import Compare, holds
from symconv.formulas.language import fresh
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.symmetry import Move
from symconv.kernel.terms import Slot, TensorAtom, Term, is_real
from symconv.limits import MAX_PERMUTATION_ORDER
from symconv.operators.conditional import written


@dataclass(frozen=True)
class _Entry:
    """The entry of a tensor at names of its own."""

    tensor: Tensor
    names: tuple[str, ...]

    @staticmethod
    def of(tensor: Tensor) -> _Entry | None:
        """None where an axis has several digits."""
        if not tensor.axes or any(axis.digits != (axis.size,) for axis in tensor.axes):
            return None
        return _Entry(tensor, tuple(fresh("k").replace(".", "_") for _ in tensor.axes))

    @property
    def index(self) -> tuple[Poly, ...]:
        return tuple(map(Poly.name, self.names))

    def at(self, values: Sequence[Poly]) -> TensorExpr:
        return read(self.tensor, values)

    def array(self, entry: TensorExpr) -> TensorExpr:
        """The array with this entry."""
        for name, axis in reversed(list(zip(self.names, self.tensor.axes, strict=True))):
            entry = REGISTRY["index_stack"](entry, name, to_sympy(axis.size))
        return entry

    def changed(self, changes: Sequence[tuple[Sequence[Compare], TensorExpr]]) -> TensorExpr:
        """The array with something added where conditions hold."""
        entry = self.at(self.index)
        for conditions, change in changes:
            entry = REGISTRY["add"](entry, REGISTRY["when"](change, written(tuple(conditions))))
        return self.array(entry)


def read(array: TensorExpr, index: Sequence[Poly]) -> TensorExpr:
    """One entry of an array."""
    return REGISTRY["index"](array, tuple(map(to_sympy, index))) if index else array


def followed(tensor: Tensor, link: Move, known: Context) -> TensorExpr | None:
    """The tensor with each entry replaced by that to which a link leads, again and again; None where that is not seen.

    A link by constant steps is followed to where it ends; any other, if it ends soon.
    """
    entry = _Entry.of(tensor)
    if entry is None:
        return None
    at = {f"${i}": p for i, p in enumerate(entry.index)}
    images = [p.substitute(at) for p in link.images]
    guards = [g.substitute(at) for g in link.guards]
    steps = [(image - place).integer for image, place in zip(images, entry.index, strict=True)]
    number = _steps_inside(guards, dict(zip(entry.names, steps, strict=True))) if None not in steps else None
    if number is None:
        return _followed_in_turn(entry, images, guards, link.sign, known)
    end = entry.at([p + number * (step or 0) for p, step in zip(entry.index, steps, strict=True)])
    stays = (guards, -entry.at(entry.index))
    if link.sign == 1:
        return entry.changed([stays, (guards, end)])
    odd = number % Poly.of(2)
    return entry.changed([stays, ([*guards, Compare(odd, "==")], end), ([*guards, Compare(odd - 1, "==")], -end)])


def _steps_inside(guards: Sequence[Compare], steps: Mapping[str, int | None]) -> Poly | None:
    """How many steps can be made until a guard fails, where all hold at first."""
    numbers: dict[Poly, None] = {}
    for guard in guards:
        moved = guard.poly.substitute({n: Poly.name(n) + (s or 0) for n, s in steps.items()})
        loss = (guard.poly - moved).integer
        if loss is None or (loss and guard.relation != ">="):
            return None
        if loss > 0:
            numbers[floor(guard.poly, Poly.of(loss)) + 1] = None
    least = [n for n in numbers if not any(_is_less(other, n) for other in numbers)]
    return reduce(lambda a, b: extremum("min", [a, b]), least) if least else None


def _is_less(one: Poly, other: Poly) -> bool:
    difference = (other - one).constant
    return isinstance(difference, int) and difference > 0


def _followed_in_turn(
    entry: _Entry, images: Sequence[Poly], guards: Sequence[Compare], sign: int, known: Context
) -> TensorExpr | None:
    """The tensor with entries moved as long as the guards hold, which they do a few times at most."""
    changes: list[tuple[Sequence[Compare], TensorExpr]] = []
    moved = [Compare(image - place, "!=") for image, place in zip(images, entry.index, strict=True) if image != place]
    guards = [*guards, *(moved if len(moved) == 1 else [])]
    here, inside, before = entry.index, guards, entry.at(entry.index)
    for _ in range(MAX_PERMUTATION_ORDER):
        at = dict(zip(entry.names, here, strict=True))
        here = tuple(p.substitute(at) for p in images)
        after = entry.at(here) if sign == 1 else -entry.at(here)
        after = after if sign == 1 or len(changes) % 4 == 0 else -after
        changes += [(tuple(inside), after), (tuple(inside), -before)]
        inside += [g.substitute(dict(zip(entry.names, here, strict=True))) for g in guards]
        inside = [g for g in dict.fromkeys(inside) if g.poly.constant is None or not holds(g, {})]
        before = after
        if _is_nowhere(inside, entry.names, known):
            return entry.changed(changes)
    return None


def corrected(
    left: TensorExpr, right: TensorExpr, terms: Sequence[Term], rows: Sequence[Compare], tensors: Sequence[Tensor],
    known: Context,
) -> tuple[str, TensorExpr] | None:  # fmt: skip
    """A tensor of which left == right gives some entries, one by one, and the tensor with these entries corrected.

    `terms` are those of left − right, over the names $0, $1, … of an index that `rows` keep in its range. The entries
    must not depend on one another.
    """
    for tensor in reversed(tensors):
        entry = _Entry.of(tensor)
        if entry is None or not (tensor.is_complex_valued or is_real(terms)):
            continue
        for term in terms:
            found = _row_of(term, entry, len(left.axes))
            if found is None:
                continue
            row, fixed = found
            guards = [g.substitute(row) for g in (*rows, *term.guards, *fixed)]
            meeting = [t for t in terms if t is not term and _can_meet(t, entry, guards, rows, known)]
            factor = term.coefficient
            if [_is_reflection(term, t) for t in meeting] == [True]:
                factor *= 2
            elif meeting:
                continue
            excess = REGISTRY["subtract"](left, right)
            change = read(excess, [row[f"${j}"] for j in range(len(left.axes))])
            change = -change if factor == ONE else REGISTRY["divide"](change, to_sympy(-factor))
            return tensor.name, entry.changed([(guards, change)])
    return None


def _is_reflection(one: Term, other: Term) -> bool:
    """Whether the terms are an entry and its conjugate, times numbers of the same absolute value."""
    squares = [t.coefficient * t.coefficient.conjugate() for t in (one, other)]
    return (
        squares[0] == squares[1]
        and (one.bound, one.guards) == (other.bound, other.guards)
        and [(s.atom.conjugate(), s.index) for s in one.slots] == [(s.atom, s.index) for s in other.slots]
    )


def _row_of(term: Term, entry: _Entry, rank: int) -> tuple[dict[str, Poly], list[Compare]] | None:
    """The row of the hypothesis in which an entry is read, by the entry's index, and where there is one."""
    if term.bound or len(term.slots) != 1 or not {*term.coefficient.atoms} <= {*I.atoms}:
        return None
    (slot,) = term.slots
    if not _reads(slot, entry.tensor) or slot.atom != entry.tensor.leaf:
        return None
    row: dict[str, Poly] = {}
    fixed: list[Compare] = []
    for place, index in zip(entry.index, slot.index, strict=True):
        names = [n for n in index.names if n.startswith("$")]
        match isolated(index, names[0]) if len(names) == 1 and names[0] not in row else None:
            case int(factor), rest:
                turned = (place - rest) * (1 if factor > 0 else -1)
                row[names[0]] = turned // Poly.of(abs(factor))
                fixed += [Compare(turned % Poly.of(abs(factor)), "==")] if abs(factor) > 1 else []
            case _:
                fixed.append(Compare(place - index, "=="))
    if row.keys() != {f"${j}" for j in range(rank)}:
        return None
    return row, [f.substitute(row) for f in fixed]


def _reads(slot: Slot, tensor: Tensor) -> bool:
    return isinstance(slot.atom, TensorAtom) and slot.atom.name == tensor.name


def _can_meet(term: Term, entry: _Entry, guards: Sequence[Compare], rows: Sequence[Compare], known: Context) -> bool:
    """Whether a term may read an entry of those for which guards hold."""
    for slot in term.slots:
        if not isinstance(slot.atom, TensorAtom):
            return True
        if _reads(slot, entry.tensor):
            at = dict(zip(entry.names, slot.index, strict=True))
            met = [*rows, *term.guards, *(g.substitute(at) for g in guards)]
            free = sorted({n for g in met for n in g.poly.names if n.startswith("$") or n in term.bound})
            if not _is_nowhere(met, free, known):
                return True
    return False


def _is_nowhere(guards: Sequence[Compare], free: Sequence[str], known: Context) -> bool:
    frame = known.frame(mentioned=guards)
    try:
        allowed = presburger.extended(frame.allowed, len(free))
        return bool(presburger.points([*frame.names, *free], guards).intersect(allowed).is_empty())
    except presburger.Undecided:
        return False
