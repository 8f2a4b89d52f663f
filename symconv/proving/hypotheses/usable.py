"""What the hypotheses on tensors come to, in the forms that the kernel and the replay can use.

A hypothesis defines a tensor (K == outer(p, q)), is a symmetry of its entries (K == flip(K)), says
that entries are 0, or restricts a tensor to arrays that have a parametrisation (sum(K) == 1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import permutations
from typing import TypeAlias

from sympy import preorder_traversal

from symconv.algebra.polynomials import Poly
from symconv.claims import TensorHypothesis
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import entries_of, tensor_names
from symconv.formulas.conditions import Condition
from symconv.kernel import symmetry
from symconv.kernel.context import Context
from symconv.kernel.symmetry import Move, Permutation, Symmetry, ZeroEntries
from symconv.kernel.terms import Term, is_real, lower, without_alike
from symconv.kernel.use_of_hypotheses import terms_of_rows, uses_of, zeros_by_rows
from symconv.limits import MAX_RESTRICTION, check_time
from symconv.proving.hypotheses.corrections import corrected, followed
from symconv.proving.hypotheses.parametrisation import averaged, in_order, parametrised, solved_for
from symconv.proving.hypotheses.solved_entries import solved_entries

_Stated: TypeAlias = "tuple[TensorHypothesis, TensorExpr, TensorExpr]"
"""A hypothesis, and its sides as arrays of one shape."""


@dataclass(frozen=True)
class Uses:
    """Tensors to be substituted, in this order; symmetries; entries that are 0; what cannot be used.

    What is substituted for a tensor may come of several `steps`, each an array put in for the tensor in those before.
    """

    substituted: Mapping[str, TensorExpr] = field(default_factory=dict)
    steps: Mapping[str, tuple[TensorExpr, ...]] = field(default_factory=dict)
    symmetries: Mapping[str, Symmetry] = field(default_factory=dict)
    zeros: tuple[ZeroEntries, ...] = ()
    unused: tuple[TensorHypothesis, ...] = ()


def filed(hypotheses: Iterable[TensorHypothesis], tensors: Iterable[Tensor], known: Context) -> Uses:
    """The hypotheses by use; sizes that other hypotheses fix are replaced in them and in the tensors already."""
    stated = tuple(hypotheses)
    if not stated:  # quicker
        return Uses()
    return _filed(stated, tuple(tensors), known.sizes, known.parameters, known.indices, known.conditions)


@lru_cache(maxsize=64)
def _filed(
    hypotheses: tuple[TensorHypothesis, ...], tensors: tuple[Tensor, ...],
    sizes: tuple[str, ...], parameters: tuple[str, ...], indices: tuple[str, ...], conditions: tuple[Condition, ...],
) -> Uses:  # fmt: skip
    """The same, remembered: both directions of an `iff` and its refutation ask for it."""
    files = _Files([*tensors], Context(sizes, parameters, indices, conditions))
    equations = _joined([(h, *broadcast(h.left, h.right)) for h in hypotheses])
    defining = [e for e in equations if _defines(*e[1:]) or _defines(*e[:0:-1])]
    unused = [h for h, *sides in sorted(equations, key=lambda e: e not in defining) if not files.take(*sides)]
    symmetries: dict[str, Symmetry] = {}
    for name in dict.fromkeys([*files.moves, *files.permutations]):
        group = symmetry.generated(name, len(files.shapes[name]), files.moves.get(name, ()))
        if group is None:
            unused += [h for h in hypotheses if name in tensor_names(h.left)]
        else:
            symmetries[name] = replace(group, partial=tuple(files.permutations.get(name, ())))
    unused += [h for h in hypotheses if not files.inexact.isdisjoint(tensor_names(h.left) | tensor_names(h.right))]
    if unused:
        together = in_order(solved_entries([(left, right) for _, left, right in equations], files.tensors) or {})
        if together:
            check_time()
            return Uses(together, {name: (value,) for name, value in together.items()})
    substituted = files.definitions | files.restrictions
    steps = {name: files.steps.get(name, (value,)) for name, value in substituted.items()}
    check_time()  # what was not found for want of time is not remembered
    return Uses(substituted, steps, symmetries, tuple(files.zeros), tuple(dict.fromkeys(unused)))


def _joined(equations: Sequence[_Stated]) -> list[_Stated]:
    """The equations, with real(z) == a and imag(z) == b as z == a + 1j*b."""
    joined = list(equations)
    for (one, real, a), (other, imag, b) in permutations(equations, 2):
        z = _of_part("real", real)
        if isinstance(z, Tensor) and z == _of_part("imag", imag) and len(a.axes) == len(b.axes) == len(z.axes):
            joined = [e for e in joined if e[0] not in (one, other)]
            joined.append((one, z, REGISTRY["add"](a, REGISTRY["multiply"](1j, b))))
    return joined


def _of_part(name: str, expr: TensorExpr) -> TensorExpr | None:
    """The array of which an expression is the real or the imaginary part."""
    is_part = isinstance(expr, Operation) and expr.operator.name == name
    return expr.arguments["val"] if is_part else None


@dataclass
class _Files:
    """The uses that were found so far, under what is known of sizes and parameters."""

    tensors: list[Tensor]
    known: Context
    definitions: dict[str, TensorExpr] = field(default_factory=dict)
    restrictions: dict[str, TensorExpr] = field(default_factory=dict)
    steps: dict[str, tuple[TensorExpr, ...]] = field(default_factory=dict)
    moves: dict[str, list[Move]] = field(default_factory=dict)
    permutations: dict[str, list[tuple[Permutation, ...]]] = field(default_factory=dict)
    zeros: list[ZeroEntries] = field(default_factory=list)
    corrected: set[str] = field(default_factory=set)
    uses: Counter[str] = field(default_factory=Counter)

    @property
    def inexact(self) -> set[str]:
        """The tensors of which more may be said than is used.

        Those are corrected ones that have other uses as well, and restricted ones with entries that are 0: the zeros
        are said of what is put in.
        """
        zero = {entries.tensor for entries in self.zeros}
        return {name for name in self.corrected if self.uses[name] > 1} | (zero & self.restrictions.keys())

    @property
    def shapes(self) -> dict[str, list[Poly]]:
        """The sizes of all tensors' axes."""
        return {t.name: [axis.size for axis in t.axes] for t in self.tensors}

    def take(self, left: TensorExpr, right: TensorExpr) -> bool:
        """File left == right, with what is defined already put in; False where it is of no use."""
        for name, value in self.definitions.items():
            left, right = left.replace_tensor(name, value), right.replace_tensor(name, value)
        put_in = left, right
        for name, value in self.restrictions.items():
            put_in = put_in[0].replace_tensor(name, value), put_in[1].replace_tensor(name, value)
        return any(self._take(*sides) for sides in dict.fromkeys([put_in, (left, right)]))

    def _take(self, left: TensorExpr, right: TensorExpr) -> bool:
        if not without_alike(_terms_of_difference(left, right)):
            return True
        pairs = ((left, right), (right, left))
        uses = (self._as_definition, self._by_entries, self._as_restriction, self._as_further_restriction)
        return (
            any(use(a, b) for use in (*uses, self._corrected) for a, b in pairs)
            or self._solved(left, right)
            or self._by_rows(left, right)
        )

    def _as_definition(self, left: TensorExpr, right: TensorExpr) -> bool:
        fits = isinstance(left, Tensor) and (left.is_complex_valued or is_real(lower(right)))
        known = {*self.definitions, *self.moves, *self.permutations, *entries_of(right)}
        if not fits or left.name in known or not tensor_names(right).isdisjoint(self.definitions):
            return False
        self.definitions[left.name] = right
        return True

    def _by_entries(self, left: TensorExpr, right: TensorExpr) -> bool:
        """File what the rows of left == right say of single entries, each over the hypothesis's own range."""
        found = uses_of(left, right, self.known) if len(left.axes) == len(right.axes) else None
        if found is None or any(uses.tensor in self.definitions for uses in found):
            return False
        if not left.axes and not any(uses.zeros for uses in found):
            return False
        for uses in found:
            self.uses[uses.tensor] += bool(uses.zeros) + (uses.move is not None) + bool(uses.permutations)
            if uses.link is not None:
                tensor = next(t for t in self.tensors if t.name == uses.tensor)
                value = followed(tensor, uses.link, self.known)
                if value is None or not self._correct(tensor.name, value):
                    return False
            self.zeros += uses.zeros
            if uses.move is not None:
                self.moves.setdefault(uses.tensor, []).append(uses.move)
            if uses.permutations:
                self.permutations.setdefault(uses.tensor, []).append(uses.permutations)
        return True

    def _corrected(self, left: TensorExpr, right: TensorExpr) -> bool:
        """Restrict a tensor of which rows of left == right give some entries."""
        if len(left.axes) != len(right.axes):
            return False
        one, other, inside = terms_of_rows(left, right)
        terms = without_alike([*one, *(t.negated for t in other)])
        tensors = [t for t in self.tensors if t.name not in self.definitions]
        found = corrected(left, right, terms, inside, tensors, self.known)
        return found is not None and self._correct(*found)

    def _by_rows(self, left: TensorExpr, right: TensorExpr) -> bool:
        """File that entries are 0 because sums of them are, as in cumsum(x) == 0."""
        held = entries_of(left) | entries_of(right)
        if len(left.axes) != len(right.axes) or any(
            any(axis.digits != (axis.size,) for axis in t.axes) for t in self.tensors if t.name in held
        ):
            return False
        zeros = zeros_by_rows(left, right, self.known)
        self.zeros += zeros
        self.uses.update(zero.tensor for zero in zeros)
        return bool(zeros)

    def _solved(self, left: TensorExpr, right: TensorExpr) -> bool:
        """Restrict tensors of given sizes of which left == right gives some entries by others."""
        found = solved_entries([(left, right)], [t for t in self.tensors if t.name not in self.definitions])
        kept = [self._correct(name, value) for name, value in (found or {}).items()]
        return bool(kept) and all(kept)

    def _as_restriction(self, left: TensorExpr, right: TensorExpr) -> bool:
        return self._restricts(left, right, {*self.definitions, *self.restrictions})

    def _as_further_restriction(self, left: TensorExpr, right: TensorExpr) -> bool:
        return self._restricts(left, right, self.definitions)

    def _restricts(self, left: TensorExpr, right: TensorExpr, taken: Collection[str]) -> bool:
        tensors = [t for t in self.tensors if t.name not in taken]
        found = (
            averaged(left, right, tensors, self.known)
            or parametrised(left, right, tensors, self.known)
            or solved_for(left, right, tensors)
        )
        return found is not None and self._restrict(*found)

    def _correct(self, name: str, value: TensorExpr) -> bool:
        self.corrected.add(name)
        return self._restrict(name, value)

    def _restrict(self, name: str, value: TensorExpr) -> bool:
        """Put the value for a tensor into the restrictions that there are; False where it needs a definition."""
        if not entries_of(value).isdisjoint(self.definitions):
            return False
        before = self.restrictions.get(name)
        if before is not None and _size(before) * _size(value) > MAX_RESTRICTION:
            return False
        made = value if before is None else before.replace_tensor(name, value)
        ordered = in_order({**self.restrictions, name: made})
        if ordered is None:
            return False
        self.restrictions = ordered
        self.steps[name] = (*self.steps.get(name, ()), value)
        self.uses[name] += 1
        return True


def _size(expr: TensorExpr) -> int:
    """The number of nodes of an expression."""
    return sum(1 for _ in preorder_traversal(expr))


def _terms_of_difference(left: TensorExpr, right: TensorExpr) -> list[Term]:
    return [*lower(left), *(t.negated for t in lower(right))]


def _defines(left: TensorExpr, right: TensorExpr) -> bool:
    return isinstance(left, Tensor) and left.name not in tensor_names(right)


def broadcast(left: TensorExpr, right: TensorExpr) -> tuple[TensorExpr, TensorExpr]:
    """A scalar literal on one side stands for an array of the other side's shape."""
    if not right.axes and left.axes and not tensor_names(right):
        right = REGISTRY["add"](REGISTRY["multiply"](0, left), right)
    elif not left.axes and right.axes and not tensor_names(left):
        left = REGISTRY["add"](REGISTRY["multiply"](0, right), left)
    return left, right
