"""A link of a claim made ready for the kernel: formulas at one output index, and what is assumed.

Hypotheses that equate sizes are solved and substituted first, so that axes which are equal only
under a hypothesis have the same digits everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest

from sympy import Symbol

from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, Link, TensorHypothesis
from symconv.errors import ShapeError, Vacuous
from symconv.expressions.registry import Requirement, same_axis
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import (
    All,
    Compare,
    Condition,
    condition_names,
    equal,
    in_range,
    replaced,
)
from symconv.formulas.language import Formula, Read
from symconv.formulas.walking import substitute
from symconv.kernel import presburger
from symconv.kernel.context import Context, monomials_of
from symconv.kernel.facts import Facts
from symconv.kernel.reduction import Reduced
from symconv.kernel.statement import Statement
from symconv.limits import MAX_DIGIT_CASES
from symconv.proving.given_sizes import (
    Given,
    Hypothesis,
    fixed_ranges,
    given_by,
    informative,
    is_possible,
    needs_of_condition,
)
from symconv.proving.hypotheses.contradiction import contradict
from symconv.proving.hypotheses.usable import broadcast, filed
from symconv.proving.needs import Need, needs_of
from symconv.proving.scope_warnings import Warned, is_whole_axis, only_at, only_in_windows, only_where, sizes_as_indices
from symconv.proving.small_choices import small_values, values_near_one


@dataclass(frozen=True)
class PreparedLink:
    """left == right at one output index, in a context: a link made ready for the kernel to decide.

    `names` are the output index names; `sizes` gives the sizes that hypotheses express by
    others; `substituted` the tensors that hypotheses define, in the order of substitution, and by which `steps`;
    `unused` the hypotheses that the kernel cannot use; `tensors` what is declared;
    `shapes_agree` the condition for the shapes of the sides to be equal. `free` is the
    context without the output index.
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
    claimed: Statement
    solved: Mapping[str, Poly] = field(default_factory=dict)
    substituted: Mapping[str, TensorExpr] = field(default_factory=dict)
    steps: Mapping[str, tuple[TensorExpr, ...]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    shapes_agree: Condition | None = None
    warnings: tuple[Warned, ...] = ()

    @cached_property
    def formulas(self) -> tuple[Read, Read]:
        """The two sides at the output index."""
        assert self.right_index is not None
        return Read(self.left, self.left_index), Read(self.right, self.right_index)

    @property
    def reduced(self) -> Reduced:
        """What the kernel decides."""
        return Reduced(*self.formulas, self.context, self.solved, self.steps)

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

    def at(self, values: Mapping[str, int]) -> PreparedLink | None:
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

    def indexed(self) -> PreparedLink:
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
                ranges += in_range(Poly.name(name), digit)
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
    return (
        bool(symbolic)
        and first.integer is not None
        and first.integer <= MAX_DIGIT_CASES
        and axis.digits != other.digits
    )


def prepared(claim: Claim, link: Link, hypotheses: Sequence[Hypothesis]) -> PreparedLink:
    """The link under the hypotheses.

    What the condition of an `iff` needs to be defined is assumed in both directions.

    Raises `ShapeError` where an operation inside is ill-typed, `SymconvError` where no sizes
    satisfy what is assumed, `Undecided` where neither this nor the opposite is seen.
    """
    given = given_by(claim, hypotheses)
    solved, at_index = given.solved, {name: Poly.name(f"{name}.x") for name in claim.indices}
    on_tensors = [h for h in hypotheses if isinstance(h, TensorHypothesis)]
    equations = [TensorHypothesis(h.left.replace_names(solved), h.right.replace_names(solved)) for h in on_tensors]
    own_needs = [n for h in equations for side in (h.left, h.right) for n in needs_of(side, given.known)]
    under = _indexed(_with_needs(given.known, own_needs, claim), claim, given)
    dotted = [TensorHypothesis(h.left.replace_names(at_index), h.right.replace_names(at_index)) for h in equations]
    tensors = tuple(t.replace_names(solved) for t in claim.tensors)
    used = filed(dotted, tensors, under)

    def require_arrays(known: Context) -> None:
        if contradict(dotted, used, known):
            stated = " and ".join(map(str, on_tensors))
            raise Vacuous(f"vacuous: no arrays satisfy {stated}", hint="the claim says nothing; relax the hypotheses")

    require_arrays(under)
    left, right = (side.replace_names(solved) for side in broadcast(link.left, link.right))
    for name, value in used.substituted.items():
        left, right = left.replace_tensor(name, value), right.replace_tensor(name, value)
    asked = [h for h in claim.exactly or () if isinstance(h, TensorHypothesis) and h not in on_tensors]
    condition = [side.replace_names(solved) for h in asked for side in (h.left, h.right)]
    of_operations = list(own_needs)
    for expr in (left, right, *used.substituted.values(), *condition):
        of_operations += needs_of(expr, given.known)
    needs = [*given.needs, *(n.condition for n in of_operations)]
    on_index = [n for n in needs if not condition_names(n).isdisjoint(claim.indices)]
    assumptions = informative([n for n in needs if n not in on_index], given.known)
    if claim.exactly is not None and tuple(hypotheses) != claim.hypotheses:
        assumptions = tuple(dict.fromkeys((*assumptions, *needs_of_condition(claim))))
    known = replace(given.known, conditions=(*given.known.conditions, *assumptions))
    _require_values(known, given.told, assumptions, of_operations)
    for side in (left, right, *(s for h in equations for s in (h.left, h.right)), *used.substituted.values()):
        _check(side, known)

    warnings: list[Warned] = []
    for side in (link.left, link.right):
        warnings += sizes_as_indices(side, claim.sizes, solved, known)
    warnings += only_where(claim.sizes, given.known, known, assumptions)
    warnings += only_at(claim.parameters, given.known, known) if assumptions else ()

    left, right = left.replace_names(at_index), right.replace_names(at_index)
    free = replace(_indexed(known, claim, given), symmetries=used.symmetries, zeros=used.zeros)
    windows = informative([replaced(n, at_index) for n in on_index], free)
    free = replace(free, conditions=(*free.conditions, *windows))
    if more := tuple(c for c in free.conditions if c not in under.conditions):
        require_arrays(replace(under, conditions=(*under.conditions, *more)))
    free_names = (*claim.indices, *claim.fixed)
    if claim.indices:
        ranges = [replaced(r, solved) for r in claim.ranges]
        _require_values(free, [*given.told, *ranges], assumptions, of_operations)
    names = {f"{n}.x": Poly.name(n) for n in claim.indices}
    ranges = [replaced(r, solved) for r in claim.ranges if _is_restricting(r, link.left, free_names)]
    if free_names:
        warnings += _narrowings(claim, known, given)
        ranges += _common_ranges(claim, known, given)
    assumptions += tuple(replaced(w, names) for w in (*ranges, *windows))
    unused = tuple(str(h) for h, indexed in zip(on_tensors, dotted, strict=True) if indexed in used.unused)
    claimed = claim.statement(link, hypotheses, assumptions=assumptions)
    return PreparedLink(
        link,
        left,
        right,
        names=(),
        left_index=(),
        right_index=None,
        context=free,
        assumptions=assumptions,
        free=free,
        claimed=claimed,
        solved=solved,
        substituted=used.substituted,
        steps=used.steps,
        unused=unused,
        tensors=tensors,
        warnings=tuple(dict.fromkeys(warnings)),
    ).indexed()


def _with_needs(known: Context, needs: Sequence[Need], claim: Claim) -> Context:
    """What is known where the hypotheses on tensors are defined."""
    kept = [n.condition for n in needs if condition_names(n.condition).isdisjoint(claim.indices)]
    return replace(known, conditions=(*known.conditions, *informative(kept, known))) if kept else known


def _indexed(known: Context, claim: Claim, given: Given) -> Context:
    """What is known with the free indices in their ranges."""
    names = tuple(f"{n}.x" for n in claim.indices)
    values = {**given.solved, **{n: Poly.name(f"{n}.x") for n in claim.indices}}
    ranges = tuple(replaced(r, values) for r in (*claim.ranges, *given.on_index))
    return replace(known, indices=names, conditions=(*known.conditions, *ranges))


def _require_values(
    known: Context, told: Sequence[object], assumptions: Sequence[Condition], needs: Sequence[Need]
) -> None:
    """Raise `SymconvError` where no values satisfy what is known, `Undecided` where none are found."""
    frame = known.frame()
    if not frame.allowed.is_empty():
        if frame.complete or next(values_near_one(known), None) is not None:
            return
        raise presburger.Undecided("no sizes were found that satisfy what is assumed")
    names = Context(known.sizes, known.parameters)
    for need in needs:
        if need.condition in assumptions and not is_possible(need.condition, names):
            message = f"vacuous: {need.operation} needs {need.stated}, which fails at all sizes"
            raise Vacuous(message, hint="guard it: (… if … else 0)", node=need.operation)
    named = map(str, [*told, *informative(assumptions, names)])
    raise Vacuous(
        f"vacuous: no {'sizes and indices' if known.indices else 'sizes'} satisfy "
        f"{' and '.join(dict.fromkeys(named)) or 'what is assumed'}",
        hint="the claim says nothing; relax the hypotheses or the shapes",
    )


def _is_restricting(condition: Condition, left: TensorExpr, indices: Sequence[str]) -> bool:
    """Whether a range of free indices is more than that of an axis which one of them runs along."""
    running: set[str] = set()
    for node in nodes(left):
        if isinstance(node, Operation) and node.operator.name == "index":
            running |= {place.name for place in node.arguments["key"] if isinstance(place, Symbol)}
    return not (condition_names(condition) & set(indices)) <= running


def _at_any_index(claim: Claim, known: Context, given: Given) -> Context:
    """What is known with the free indices where hypotheses have them."""
    own = [replaced(c, given.solved) for c in given.on_index]
    fixed = [replaced(r, given.solved) for r in fixed_ranges(claim)]
    conditions = (*(c for c in known.conditions if c not in fixed), *own)
    return replace(known, indices=claim.indices, conditions=conditions)


def _common_ranges(claim: Claim, known: Context, given: Given) -> Iterator[Compare]:
    """The ends of indices that run along axes of different sizes, which is along the part that these have in common."""
    free = _at_any_index(claim, known, given)
    for name in map(Poly.name, (*claim.indices, *claim.fixed)):
        ends = [replaced(end, given.solved) for end in claim.ranges if (end.poly + name).names.isdisjoint(name.names)]
        within = [replace(free, conditions=(*free.conditions, end)) for end in ends]
        if not all(one.implies(end) for one in within for end in ends):
            yield from (end for end in informative(ends, free) if isinstance(end, Compare))


def _narrowings(claim: Claim, known: Context, given: Given) -> Iterator[Warned]:
    """What the reads of the first member leave of free indices beyond what is given."""
    free = _at_any_index(claim, known, given)
    first = claim.links[0].left
    ranges = [replaced(r, given.solved) for r in claim.ranges]
    restricting = [r for r in ranges if _is_restricting(r, first, (*claim.indices, *claim.fixed))]
    others = [r for r in ranges if r not in restricting]
    before, after = (replace(free, conditions=(*free.conditions, *more)) for more in (others, ranges))
    equations = tuple(only_at(claim.indices, before, after)) if claim.exactly is None else ()
    members = [side.replace_names(given.solved) for one in claim.links for side in (one.left, one.right)]
    fixed: set[str] = set()
    for equation in equations:
        names = {n for c in equation.conditions for n in condition_names(c)} & {*claim.indices}
        if not any(is_whole_axis(n, members, equation.conditions, before) for n in names):
            yield equation
            fixed |= names
    told = informative([r for r in restricting if fixed.isdisjoint(condition_names(r))], before)
    yield from only_in_windows(members, told, before)


def _output_names(number: int, taken: Sequence[str]) -> list[str]:
    """Names for the index of an output entry."""
    usual = [f"{n}.x" for n in (*"mnpqrs", *(f"i{i}" for i in range(len(taken) + number)))]
    return [n for n in usual if n not in taken][:number]


def _check(expr: TensorExpr, known: Context) -> None:
    """Every size that an operation requires to be equal is so under what is assumed."""
    for node in nodes(expr):
        if isinstance(node, Operation):
            for required in node.definition.requires:
                if not _implied(required, known):
                    hint = f"declare the same size, or state it as a hypothesis: if {required.left} == {required.right}"
                    raise ShapeError(required.message, node=node, hint=hint)


def _implied(required: Requirement, known: Context) -> bool:
    if required.left == required.right:
        return True
    condition = equal(required.left, required.right)
    facts = Facts(known.sizes, known.parameters, tuple(c for c in known.conditions if isinstance(c, Compare)))
    return known.implies(condition) or facts.implies(condition)


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
