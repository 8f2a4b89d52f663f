"""What the hypotheses on tensors come to, in the forms that the kernel and the replay can use.

A hypothesis defines a tensor (K == outer(p, q)), is a symmetry of its entries (K == flip(K)), says
that entries are 0, or restricts a tensor to arrays that have a parametrisation (sum(K) == 1).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from symconv.algebra.polynomials import Poly
from symconv.claims import TensorHypothesis
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.expressions.traversal import entries_of, tensor_names, with_tensor
from symconv.formulas.conditions import Compare
from symconv.kernel import presburger, symmetry
from symconv.kernel.symmetry import Move, Symmetry, ZeroEntries
from symconv.kernel.terms import is_real, lower
from symconv.proving.hypotheses.parametrisation import averaged, in_order, parametrised


@dataclass(frozen=True)
class Uses:
    """Tensors to be substituted, in this order; symmetries; entries that are 0; texts of what cannot be used."""

    substituted: Mapping[str, TensorExpr] = field(default_factory=dict)
    symmetries: Mapping[str, Symmetry] = field(default_factory=dict)
    zeros: tuple[ZeroEntries, ...] = ()
    unused: tuple[str, ...] = ()


def filed(
    hypotheses: Iterable[TensorHypothesis],
    solved: Mapping[str, Poly],
    tensors: Iterable[Tensor],
    sizes: Collection[str],
) -> Uses:
    """The hypotheses by use, with the sizes that are `solved` replaced; `sizes` are the names that are 1 or more."""
    files = _Files([t.replace_names(solved) for t in tensors], sizes)
    hypotheses = list(hypotheses)
    unused = [
        h.text for h in hypotheses if not files.take(*broadcast(*(x.replace_names(solved) for x in (h.left, h.right))))
    ]
    symmetries: dict[str, Symmetry] = {}
    for name, moves in files.moves.items():
        group = symmetry.generated(name, len(moves[0].images), moves)
        if group is None:
            unused += [h.text for h in hypotheses if name in tensor_names(h.left)]
        else:
            symmetries[name] = group
    substituted = files.definitions | files.restrictions
    return Uses(substituted, symmetries, tuple(files.zeros), tuple(dict.fromkeys(unused)))


@dataclass
class _Files:
    """The uses that were found so far."""

    tensors: list[Tensor]
    sizes: Collection[str]
    definitions: dict[str, TensorExpr] = field(default_factory=dict)
    restrictions: dict[str, TensorExpr] = field(default_factory=dict)
    moves: dict[str, list[Move]] = field(default_factory=dict)
    zeros: list[ZeroEntries] = field(default_factory=list)

    def take(self, left: TensorExpr, right: TensorExpr) -> bool:
        """File left == right; False where it is of no use."""
        pairs = ((left, right), (right, left))
        uses = (self._as_definition, self._as_move, self._as_zeros, self._as_restriction, self._as_further_restriction)
        return any(use(a, b) for use in uses for a, b in pairs)

    def _as_definition(self, left: TensorExpr, right: TensorExpr) -> bool:
        fits = isinstance(left, Tensor) and (left.is_complex_valued or is_real(lower(right)))
        known = {*self.definitions, *self.moves, *entries_of(right)}
        if not fits or left.name in known or not tensor_names(right).isdisjoint(self.definitions):
            return False
        self.definitions[left.name] = right
        return True

    def _as_move(self, left: TensorExpr, right: TensorExpr) -> bool:
        if not left.axes or len(left.axes) != len(right.axes) or not (_in_range(left) and _in_range(right)):
            return False
        found = symmetry.move_from(lower(left), lower(right))
        if found is None or found[0] in self.definitions:
            return False
        self.moves.setdefault(found[0], []).append(found[1])
        return True

    def _as_zeros(self, left: TensorExpr, right: TensorExpr) -> bool:
        entries = symmetry.zeros_from(lower(left)) if not lower(right) else None
        if entries is None or entries.tensor in self.definitions:
            return False
        self.zeros.append(entries)
        return True

    def _as_restriction(self, left: TensorExpr, right: TensorExpr) -> bool:
        return self._restricts(left, right, {*self.definitions, *self.restrictions})

    def _as_further_restriction(self, left: TensorExpr, right: TensorExpr) -> bool:
        return self._restricts(left, right, self.definitions)

    def _restricts(self, left: TensorExpr, right: TensorExpr, taken: Collection[str]) -> bool:
        tensors = [t for t in self.tensors if t.name not in taken]
        found = averaged(left, right, tensors) or parametrised(left, right, tensors, self.sizes)
        if found is None or not entries_of(found[1]).isdisjoint(self.definitions):
            return False
        name, value = found
        made = with_tensor(value, name, self.restrictions[name]) if name in self.restrictions else value
        ordered = in_order({**self.restrictions, name: made})
        if ordered is None:
            return False
        self.restrictions = ordered
        return True


def broadcast(left: TensorExpr, right: TensorExpr) -> tuple[TensorExpr, TensorExpr]:
    """A scalar literal on one side stands for an array of the other side's shape."""
    if not right.axes and left.axes and not tensor_names(right):
        right = REGISTRY["add"](REGISTRY["multiply"](0, left), right)
    elif not left.axes and right.axes and not tensor_names(left):
        left = REGISTRY["add"](REGISTRY["multiply"](0, right), left)
    return left, right


def _in_range(expr: TensorExpr) -> bool:
    """Whether every guard of the single term holds at all indices inside the shape."""
    if len(lower(expr)) != 1:
        return False
    (term,) = lower(expr)
    digits = [d for axis in expr.axes for d in axis.digits]
    sizes = sorted(
        {n for g in term.guards for n in g.poly.names if not n.startswith("$")} | {n for d in digits for n in d.names}
    )
    names = [*sizes, *(f"${i}" for i in range(len(digits)))]
    inside = [Compare(Poly.name(n) - 1, ">=") for n in sizes]
    for i, digit in enumerate(digits):
        inside += [Compare(Poly.name(f"${i}"), ">="), Compare(digit - 1 - Poly.name(f"${i}"), ">=")]
    try:
        return bool(presburger.points(names, inside).is_subset(presburger.points(names, term.guards)))
    except presburger.Undecided:
        return False
