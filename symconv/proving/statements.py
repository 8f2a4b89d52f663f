"""A link of a claim made ready for the kernel: formulas at one output index, and what is assumed.

Hypotheses that equate sizes are solved and substituted first, so that axes which are equal only
under a hypothesis have the same digits everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count, zip_longest
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.algebra.solving import solved_in_turn
from symconv.claims import Claim, Link, SizeHypothesis, TensorHypothesis
from symconv.errors import ShapeError, SymconvError, Unsupported
from symconv.expressions.registry import Requirement, same_axis
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.expressions.traversal import nodes, with_tensor
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import (
    All,
    AnyOf,
    Compare,
    Condition,
    comparisons,
    condition_names,
    defined,
    equal,
    holds,
    replaced,
)
from symconv.formulas.language import Formula, Read
from symconv.formulas.walking import substitute
from symconv.kernel import presburger
from symconv.kernel.context import Context, monomials_of
from symconv.proving.hypotheses.usable import broadcast, filed

Hypothesis = SizeHypothesis | TensorHypothesis
MAX_CHOICES = 5_000
MAX_ROWS = 4


@dataclass(frozen=True)
class Statement:
    """left == right at one output index, in a context.

    `names` are the output index names; `sizes` gives the sizes that hypotheses express by
    others; `substituted` the tensors that hypotheses define, in the order of substitution;
    `unused` the hypotheses that the kernel cannot use; `shapes_agree` the condition for the
    shapes of the sides to be equal. `free` is the context without the output index.
    """

    link: Link
    left: TensorExpr
    right: TensorExpr
    names: tuple[str, ...]
    left_index: tuple[Index, ...]
    right_index: tuple[Index, ...] | None
    context: Context
    assumptions: tuple[Condition, ...]
    free: Context
    solved: Mapping[str, Poly] = field(default_factory=dict)
    substituted: Mapping[str, TensorExpr] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    shapes_agree: Condition | None = None

    @cached_property
    def formulas(self) -> tuple[Read, Read]:
        """The two sides at the output index."""
        assert self.right_index is not None
        return Read(self.left, self.left_index), Read(self.right, self.right_index)

    def sizes_at(self, values: Mapping[str, int]) -> dict[str, int]:
        """All sizes and parameters, given those that no hypothesis expresses by others."""
        numbers = {k: Poly.of(v) for k, v in values.items()}
        solved = {k: v.substitute(numbers).integer for k, v in self.solved.items()}
        return {
            **{k: v for k, v in values.items() if not k.endswith(".x")},
            **{k: v for k, v in solved.items() if v is not None},
        }

    def small_sizes(self, limit: int) -> Iterator[dict[str, int]]:
        """Sizes and parameters that satisfy what is assumed, in order of their sum."""
        return small_values(self.context, limit)

    def at(self, values: Mapping[str, int]) -> Statement | None:
        """The same statement at concrete sizes, perhaps free indices too; None where they contradict the context."""
        numbers = {k: Poly.of(v) for k, v in values.items()}
        left, right = self.left.replace_names(numbers), self.right.replace_names(numbers)
        fixed = (equal(Poly.name(name), numbers[name]) for name in self.free.indices if name in numbers)
        conditions = (*(replaced(c, numbers) for c in self.free.conditions), *fixed)
        free = Context((), (), self.free.indices, conditions, self.free.symmetries, self.free.zeros)
        made = replace(self, left=left, right=right, free=free).indexed()
        return None if made.context.frame().sizes.is_empty() else made

    def pinned(self, place: Mapping[str, Poly]) -> tuple[Formula, Formula, Context] | None:
        """The sides at one output index, given name by name; None where it is in range is not linear in the sizes."""
        at_index = [c for c in self.context.conditions if not condition_names(c).isdisjoint(self.names)]
        ranges = [replaced(c, place) for c in at_index]
        if any(True for c in ranges for _ in monomials_of(c)):
            return None
        others = [c for c in self.context.conditions if c not in at_index]
        context = replace(self.context, indices=(), conditions=(*others, *ranges))
        left, right = (substitute(f, place) for f in self.formulas)
        return left, right, context

    def indexed(self) -> Statement:
        """The statement at an output index of its own, one name a digit of the left side's axes.

        An axis of few rows, as in `tile(x, 2)`, whose digits are not those of the right side, has one name.
        """
        names = list(self.free.indices)
        ranges: list[Condition] = []
        index: list[Index] = []
        for axis, other in zip_longest(self.left.axes, self.right.axes[: len(self.left.axes)]):
            digits = (axis.size,) if other is not None and _has_few_rows(axis, other) else axis.digits
            own = _output_names(len(digits), names)
            names += own
            parts = [Poly.name(n) for n in own]
            index.append(axis.index(parts) if digits == axis.digits else axis.parts(parts[0]))
            for name, digit in zip(own, digits, strict=True):
                ranges += [Compare(Poly.name(name), ">="), Compare(digit - 1 - Poly.name(name), ">=")]
        right_index, agree = _aligned(self.left, self.right, index, self.free)
        context = replace(self.free, indices=tuple(names), conditions=(*self.free.conditions, *ranges))
        return replace(
            self,
            names=tuple(names),
            left_index=tuple(index),
            right_index=right_index,
            context=context,
            shapes_agree=agree,
        )


def _has_few_rows(axis: Axis, other: Axis) -> bool:
    """Whether one position along both axes takes few cases of its digits, which are not the other axis' digits."""
    first, *rest = axis.digits
    symbolic = [d for d in rest if d.integer is None]
    return bool(symbolic) and first.integer is not None and first.integer <= MAX_ROWS and axis.digits != other.digits


def statement(claim: Claim, link: Link, hypotheses: Sequence[Hypothesis]) -> Statement:
    """The link under the hypotheses.

    Raises `ShapeError` where an operation inside is ill-typed, `SymconvError` where no sizes
    satisfy what is assumed.
    """
    left, right = broadcast(link.left, link.right)
    tensor_hypotheses = [h for h in hypotheses if isinstance(h, TensorHypothesis)]
    conditions: list[Condition] = [h.condition for h in hypotheses if isinstance(h, SizeHypothesis)]
    conditions += [c for h in tensor_hypotheses for c in same_shape(h)]
    on_index = [c for c in conditions if not condition_names(c).isdisjoint(claim.indices)]
    conditions = [c for c in conditions if c not in on_index]
    solved = _solved(conditions, claim)
    conditions = [replaced(c, solved) for c in conditions]
    own = _dimensions(claim)
    for name in own:
        value = solved[name].constant if name in solved else None
        if value is not None and (value < 1 or not isinstance(value, int)):
            raise SymconvError(f"vacuous: the size {name} would be {value}", hint="sizes are integers of 1 or more")
    left, right = left.replace_names(solved), right.replace_names(solved)

    used = filed(tensor_hypotheses, solved, claim.tensors, own)
    for name, value in used.substituted.items():
        left, right = with_tensor(left, name, value), with_tensor(right, name, value)

    sizes = tuple(s for s in own if s not in solved)
    inside = tuple(s for s in claim.sizes if s not in own)
    parameters = tuple(p for p in (*inside, *claim.parameters) if p not in solved)
    positive = [Compare(solved[s] - 1, ">=") for s in own if s in solved]
    others = [a.size for t in claim.tensors for a in t.axes if str(a.size) not in own]
    declared = [Compare(size.substitute(solved) - 1, ">=") for size in others]
    compared = [c.poly for condition in conditions for c in comparisons(condition)]
    needs: list[Condition] = [d for poly in (*others, *compared) for d in defined(poly)]
    needs += [*_needs(left), *_needs(right), *(n for v in used.substituted.values() for n in _needs(v))]
    names = sizes + parameters
    given = (*positive, *conditions, *declared)
    at_index = [n for n in needs if not condition_names(n).isdisjoint(claim.indices)]
    assumptions = _informative([n for n in needs if n not in at_index], Context(sizes, parameters, (), given))
    known = Context(sizes, parameters, (), (*given, *assumptions))
    frame = known.frame()
    if frame.allowed.is_empty() or (not frame.complete and next(small_values(known, MAX_CHOICES), None) is None):
        named = [*conditions, *declared, *_informative(assumptions, Context(sizes, parameters))]
        some = "no sizes satisfy" if frame.allowed.is_empty() else "no small sizes were found that satisfy"
        raise SymconvError(
            f"vacuous: {some} {' and '.join(map(str, named)) or 'what is assumed'}",
            hint="the claim says nothing; relax the hypotheses or the shapes",
        )
    for side in (left, right, *used.substituted.values()):
        _check(side, known, names)

    dotted = {name: Poly.name(f"{name}.x") for name in claim.indices}
    left, right = left.replace_names(dotted), right.replace_names(dotted)
    at = tuple(f"{n}.x" for n in claim.indices)
    free = Context(sizes, parameters, at, known.conditions, used.symmetries, used.zeros)
    ranges = [replaced(r, {**solved, **dotted}) for r in (*claim.ranges, *on_index)]
    free = replace(free, conditions=(*free.conditions, *ranges))
    windows = _informative([replaced(n, dotted) for n in at_index], free)
    free = replace(free, conditions=(*free.conditions, *windows))
    ranges = [replaced(r, solved) for r in claim.ranges if _is_restricting(r, link.left, claim.indices)]
    assumptions += tuple(replaced(w, {f"{n}.x": Poly.name(n) for n in claim.indices}) for w in (*ranges, *windows))
    made = Statement(link, left, right, (), (), None, free, assumptions, free, solved, used.substituted, used.unused)
    return made.indexed()


def _is_restricting(condition: Condition, left: TensorExpr, indices: Sequence[str]) -> bool:
    """Whether a range of free indices is more than that of an axis which one of them runs along."""
    running: set[str] = set()
    for node in nodes(left):
        if isinstance(node, Operation) and node.operator.name == "index":
            for place in node.arguments["key"]:
                names = {s.name for s in getattr(place, "free_symbols", ())}
                running |= names if len(names) == 1 else set()
    return not (condition_names(condition) & set(indices)) <= running


def _output_names(number: int, taken: Sequence[str]) -> list[str]:
    """Names for the index of an output entry."""
    usual = [f"{n}.x" for n in (*"mnpqrs", *(f"i{i}" for i in range(len(taken) + number)))]
    return [n for n in usual if n not in taken][:number]


def small_values(context: Context, limit: int) -> Iterator[dict[str, int]]:
    """Values of sizes and parameters that the context allows, smallest first, from `limit` choices."""
    n, m = len(context.sizes), len(context.parameters)
    conditions = [c for c in context.conditions if not any(name.endswith(".x") for name in condition_names(c))]
    tried = 0
    for total in count():
        for sizes in _compositions(total, n, m):
            values = dict(zip(context.outer, sizes, strict=True))
            numbers = {k: Poly.of(v) for k, v in values.items()}
            tried += 1
            if _all_hold(conditions, numbers):
                yield values
            if tried >= limit:
                return
        if not n and not m:
            return


def _all_hold(conditions: Iterable[Condition], values: Mapping[str, Poly]) -> bool:
    """Whether conditions hold; one that divides by 0 does not."""
    try:
        return all(holds(c, values) for c in conditions)
    except ZeroDivisionError:
        return False


def _compositions(total: int, n: int, m: int) -> Iterator[tuple[int, ...]]:
    """n integers ≥ 1 and m integers of any sign whose excess over 1 and absolute values sum to `total`."""
    if n == 0 and m == 0:
        if total == 0:
            yield ()
        return
    if n + m == 1:
        yield from ((total + 1,),) if n else ((value,) for value in {total: None, -total: None})
        return
    for first in range(total + 1):
        for rest in _compositions(total - first, max(n - 1, 0), m if n else m - 1):
            if n:
                yield (first + 1, *rest)
            else:
                yield from ((value, *rest) for value in ({first, -first}))


def _needs(expr: TensorExpr) -> Iterator[Condition]:
    """What the operations inside need of the sizes, with bound indices replaced by their extremes."""
    if isinstance(expr, Operation):
        yield from expr.definition.needs
        for part in () if expr.operator.closed else expr.children:
            yield from _outside(expr, _needs(part))


def _outside(expr: Operation, needs: Iterable[Condition]) -> Iterator[Condition]:
    """Needs that mention the index that the operation binds, at both ends of its range."""
    bound = expr.operator.binds
    if bound is None:
        yield from needs
        return
    arguments = expr.arguments
    name = str(arguments[bound])
    low = _poly(arguments.get("lower", 0))
    high = _poly(arguments["upper"] if "upper" in arguments else arguments["stop"]) - 1
    for need in needs:
        if isinstance(need, AnyOf):
            if name in condition_names(need):
                raise Unsupported(f"the condition {need} depends on two bound indices")
            yield need
            continue
        assert isinstance(need, Compare)
        c = need.poly.coefficient(name)
        if name not in need.poly.names:
            yield need
        elif need.relation == ">=" and c:
            yield Compare(need.poly.substitute({name: low if c > 0 else high}), ">=")
        else:
            ends = (need.poly.substitute({name: low}), need.poly.substitute({name: high}))
            yield AnyOf(tuple(All(tuple(Compare(sign * e - 1, ">=") for e in ends)) for sign in (1, -1)))


def _poly(value: Any) -> Poly:
    from symconv.expressions.conversion import to_poly

    return Poly.of(value) if isinstance(value, int) else to_poly(value)


def _check(expr: TensorExpr, known: Context, names: Sequence[str]) -> None:
    """Every size that an operation requires to be equal is so under what is assumed."""
    for node in nodes(expr):
        if isinstance(node, Operation):
            for required in node.definition.requires:
                if not _implied(required, known):
                    hint = f"declare the same size, or state it as a hypothesis: if {required.left} == {required.right}"
                    raise ShapeError(required.message, node=node, hint=hint)


def _implied(required: Requirement, known: Context) -> bool:
    return required.left == required.right or known.implies(equal(required.left, required.right))


def same_shape(h: TensorHypothesis) -> Iterator[Condition]:
    left, right = h.left, h.right
    if not left.axes or not right.axes:
        return
    if len(left.axes) != len(right.axes):
        raise ShapeError(f"the hypothesis {h.text} equates {len(left.axes)} with {len(right.axes)} axes", node=left)
    for a, b in zip(left.axes, right.axes, strict=True):
        if a.size != b.size:
            if (a.size - b.size).constant is not None:
                raise ShapeError(f"the hypothesis {h.text} equates the sizes {a.size} and {b.size}", node=left)
            yield equal(a.size, b.size)


def _solved(conditions: Iterable[Condition], claim: Claim) -> dict[str, Poly]:
    """Sizes that equations among the conditions give by others: the later declared by the earlier."""
    equations = [c.poly for c in _conjuncts(conditions) if isinstance(c, Compare) and c.relation == "=="]
    return solved_in_turn(equations, [*reversed(claim.sizes), *reversed(claim.parameters)])


def _dimensions(claim: Claim) -> tuple[str, ...]:
    """The names that are a whole dimension, and so 1 or more; nothing is assumed of names inside a size."""
    declared = {str(axis.size) for tensor in claim.tensors for axis in tensor.axes}
    return tuple(name for name in claim.sizes if name in declared)


def _conjuncts(conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        if isinstance(condition, All):
            yield from _conjuncts(condition.conditions)
        else:
            yield condition


def _informative(needs: Sequence[Condition], known: Context) -> tuple[Condition, ...]:
    """The conditions that do not follow from what is known and from the others."""
    kept = [
        n for n in dict.fromkeys(needs) if not isinstance(n, Compare) or n.poly.constant is None or not holds(n, {})
    ]
    frame = known.frame(mentioned=kept)
    sets: list[Any] = []
    for n in kept:
        try:
            sets.append(presburger.condition_set(frame.names, n))
        except presburger.Undecided:
            sets.append(None)
    for i in reversed(range(len(kept))):
        if sets[i] is None:
            continue
        rest = frame.allowed
        for j, other in enumerate(sets):
            rest = rest.intersect(other) if j != i and other is not None else rest
        if not frame.allowed.is_empty() and rest.is_subset(sets[i]) and not rest.is_empty():
            del kept[i], sets[i]
    return tuple(kept)


def _aligned(
    left: TensorExpr, right: TensorExpr, index: Sequence[Index], known: Context
) -> tuple[tuple[Index, ...] | None, Condition | None]:
    """The right side's index for the left side's; or None and the condition for equal shapes."""
    if len(left.axes) != len(right.axes):
        return None, None
    unequal = [(a, b) for a, b in zip(left.axes, right.axes, strict=True) if a.size != b.size]
    unequal = [(a, b) for a, b in unequal if not _implied(Requirement(a.size, b.size, ""), known)]
    if unequal:
        agree: dict[Poly, Condition] = {}
        for a, b in unequal:
            if b.size - a.size not in agree:
                agree[a.size - b.size] = equal(a.size, b.size).reduced()
        return None, All(tuple(agree.values()))
    mapped = [same_axis(a, b, "==")[0](i) for a, b, i in zip(left.axes, right.axes, index, strict=True)]
    return tuple(mapped), None
