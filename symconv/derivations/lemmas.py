"""Earlier claims as steps: where one side of an instance of a proved claim stands, the other side may stand.

A match proposes what stands for the claim's tensors and sizes; `instance` substitutes, and checks what the claim needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from sympy import Symbol, Tuple
from sympy.core.basic import Basic

from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, Link, SizeHypothesis, TensorHypothesis
from symconv.derivations.reasons import Instance, Reason, Rule
from symconv.derivations.records import Step
from symconv.derivations.setting import Line
from symconv.derivations.told_statements import Told, derive, told, verified
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_poly, to_sympy
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare, Condition, replaced
from symconv.formulas.language import Array, Read
from symconv.kernel.presburger import Undecided
from symconv.kernel.verdicts import Proof, Verdict
from symconv.limits import MAX_LEMMA_ROUTES, MAX_LEMMA_STEPS, MAX_LEMMA_TREES


@dataclass(frozen=True)
class Lemma:
    """A proved claim with its name; one that is `asked` for is a step even where others have to follow."""

    name: str
    proof: Proof
    asked: bool = True

    @staticmethod
    def of(name: str, verdict: Verdict, asked: bool = True) -> Lemma:
        """The lemma; raises `SymconvError` for what is not proved, or says more than that arrays are equal."""
        claim: Claim = verdict.claim
        if not isinstance(verdict, Proof):
            raise SymconvError(f"{name} is {verdict.verdict}: only what is proved is a step")
        is_equation = claim.exactly is None and all(link.relation == "==" for link in claim.links)
        if claim.functions or claim.indices or not is_equation:
            raise SymconvError(f"{name} does not say that arrays are equal", hint="a step is an equation of arrays")
        return Lemma(name, verdict, asked)

    @property
    def claim(self) -> Claim:
        """What is proved."""
        claim: Claim = self.proof.claim
        return claim


@dataclass
class _Match:
    """What stands for the tensors, sizes and parameters of a lemma, as far as that is seen."""

    tensors: dict[str, TensorExpr] = field(default_factory=dict)
    integers: dict[str, Poly] = field(default_factory=dict)

    def meets(self, pattern: Basic, target: Basic) -> bool:
        """Take from the target what stands for the names of the pattern; False where they cannot agree."""
        match pattern, target:
            case Tensor(), TensorExpr() if len(pattern.axes) == len(target.axes):
                known = self.tensors.setdefault(pattern.name, target)
                axes = zip(pattern.axes, target.axes, strict=True)
                return known == target and all(self._is(ours.size, theirs.size) for ours, theirs in axes)
            case (Operation(), Operation()) | (Tuple(), Tuple()):
                parts = zip(pattern.args, target.args, strict=False)
                return len(pattern.args) == len(target.args) and all(self.meets(*pair) for pair in parts)
            case Symbol(), _ if not isinstance(target, (TensorExpr, Tuple)):
                return self._is(Poly.name(pattern.name), to_poly(target))
        return not isinstance(pattern, (TensorExpr, Tuple))  # compared when it is substituted

    def _is(self, ours: Poly, theirs: Poly) -> bool:
        if ours.is_atom and ours.constant is None:
            return self.integers.setdefault(str(ours), theirs) == theirs
        return True


@dataclass(frozen=True)
class _Uses:
    """Where lemmas may be used: in the lines of a statement."""

    subject: Told

    def instance(self, lemma: Lemma, found: _Match) -> Instance | None:
        """The lemma for these arrays and integers; None where it does not speak of them, or does not hold there."""
        claim = lemma.claim
        if {*found.tensors} != {t.name for t in claim.tensors}:
            return None
        if not {*claim.sizes, *claim.parameters} <= {*found.integers}:
            return None
        for tensor in claim.tensors:
            value = found.tensors[tensor.name]
            sizes = [axis.size.substitute(found.integers) for axis in tensor.axes]
            if sizes != [axis.size for axis in value.axes] or (is_complex(value) and not tensor.is_complex_valued):
                return None
        if not all(self._holds(condition) for condition in _needs(lemma, found)):
            return None
        given = [h for h in claim.hypotheses if isinstance(h, TensorHypothesis)]
        if not all(self._given(_substituted(h.left, found), _substituted(h.right, found)) for h in given):
            return None
        return Instance(lemma.name, tuple(found.tensors.items()), tuple(found.integers.items()))

    def _holds(self, condition: Condition) -> bool:
        try:
            return self.subject.stated.free.implies(condition)
        except Undecided:
            return False

    def _given(self, left: TensorExpr, right: TensorExpr) -> bool:
        """Whether an equation between arrays is a hypothesis of the statement, or follows from these."""
        equations = [h for h in self.subject.hypotheses if isinstance(h, TensorHypothesis)]
        if any({h.left, h.right} == {left, right} for h in equations):
            return True
        if self.subject.claim.indices:
            return False
        try:
            equation = told(self.subject.claim, Link(left, "==", right), self.subject.hypotheses)
        except (SymconvError, Undecided):
            return False
        return equation.stated.right_index is not None and equation.setting.holds(*equation.sides)

    def rewritten(self, expression: Array, lemmas: Sequence[Lemma]) -> Iterator[tuple[TensorExpr, Reason]]:
        """What the expression becomes by one instance of a lemma, read in either direction, or by a hypothesis."""
        assert isinstance(expression, TensorExpr)
        for known in self.subject.setting.on_tensors:
            equation = known.equation
            if equation is not None and isinstance(equation.left, Tensor) and equation.right in {*_unbound(expression)}:
                yield expression.xreplace({equation.right: equation.left}), known.reason
        for lemma, node in product(lemmas, dict.fromkeys(_unbound(expression))):
            for link in lemma.claim.links:
                for ours, theirs in ((link.left, link.right), (link.right, link.left)):
                    found = _Match()
                    if not isinstance(ours, Operation) or not found.meets(ours, node):
                        continue
                    used = self.instance(lemma, found)
                    if used is None or _substituted(ours, found) != node:
                        continue
                    new = expression.xreplace({node: _substituted(theirs, found)})
                    if isinstance(new, TensorExpr) and new.axes == expression.axes and new != expression:
                        yield new, Reason(Rule.BY_CLAIM, (used,))


def _needs(lemma: Lemma, found: _Match) -> Iterator[Condition]:
    """What a lemma supposes and assumes of the sizes, at an instance."""
    claim = lemma.claim
    on_sizes = [h.condition for h in claim.hypotheses if isinstance(h, SizeHypothesis)]
    equal_shapes = [c for h in claim.hypotheses if isinstance(h, TensorHypothesis) for c in h.equal_shapes]
    whole = [axis.size - 1 for tensor in claim.tensors for axis in tensor.axes]
    natural = [Poly.name(name) for name in claim.sizes]
    bounds = [Compare(poly, ">=") for poly in (*whole, *natural)]
    for condition in (*lemma.proof.assumptions, *on_sizes, *equal_shapes, *claim.needs, *bounds):
        yield replaced(condition, found.integers)


def _substituted(expression: TensorExpr, found: _Match) -> TensorExpr:
    """One side of the lemma with everything put in at once."""
    names = {s: to_sympy(found.integers[s.name]) for s in expression.free_symbols
             if isinstance(s, Symbol) and s.name in found.integers}  # fmt: skip
    arrays = {t: found.tensors[t.name] for t in expression.atoms(Tensor)}
    new: TensorExpr = expression.xreplace({**names, **arrays})
    return new


def _unbound(expression: TensorExpr) -> Iterator[TensorExpr]:
    """The parts of an expression that stand under no bound index."""
    yield expression
    if isinstance(expression, Operation) and not expression.bound_symbols:
        for part in expression.children:
            yield from _unbound(part)


def by_lemmas(subject: Told, lemmas: Sequence[Lemma]) -> tuple[Step, ...]:
    """The lines from one side to the other by instances of lemmas; none where these are of no use.

    Lemmas that are asked for may be followed by other steps; of others, one instance has to be the whole way.
    """
    usable = [k for k in lemmas if not any(_binds(side) for link in k.claim.links for side in (link.left, link.right))]
    if not usable or subject.stated.right_index is None:
        return ()
    left, right = subject.sides
    uses, asked = _Uses(subject), [k for k in usable if k.asked]
    one = next((reason for new, reason in uses.rewritten(left.array, usable) if new == right.array), None)
    if one is not None:
        return _confirmed([Line(left), Line(right, one)], subject)
    if not asked:
        return ()
    forth, back = (_reached(side, uses, asked) for side in (left, right))
    both = next((new for new in forth if new in back), None)
    if both is not None and _by_claims((*forth[both], *back[both])):
        return _confirmed([*forth[both], *_returning(back[both])], subject)
    ways = sorted(product(forth, back), key=lambda ends: len(forth[ends[0]]) + len(back[ends[1]]))
    led = [(forth[start], back[end]) for start, end in ways if _by_claims((*forth[start], *back[end]))]
    told_ways = (_around(*ends, subject) for ends in led[:MAX_LEMMA_ROUTES])
    return min(filter(None, told_ways), key=len, default=())


def _by_claims(lines: Sequence[Line]) -> bool:
    return any(line.reason is not None and line.reason.lemmas for line in lines)


def _binds(expression: TensorExpr) -> bool:
    return any(operation.bound_symbols for operation in expression.atoms(Operation))


def _reached(side: Read, uses: _Uses, lemmas: Sequence[Lemma]) -> dict[Read, list[Line]]:
    """What a side becomes by a few instances, each with the lines that lead there, the shortest first."""
    ways = {side: [Line(side)]}
    latest = [side]
    for _ in range(MAX_LEMMA_STEPS):
        following: list[Read] = []
        for read in latest:
            for array, reason in uses.rewritten(read.array, lemmas):
                new = Read(array, read.index)
                if new not in ways and len(ways) < MAX_LEMMA_TREES:
                    ways[new] = [*ways[read], Line(new, reason)]
                    following.append(new)
        latest = following
    return ways


def _returning(lines: Sequence[Line]) -> list[Line]:
    """Lines by lemmas, read in the other direction; the first is left out."""
    return [Line(before.formula, line.reason) for before, line in zip(lines[-2::-1], lines[:0:-1], strict=True)]


def _around(forth: Sequence[Line], back: Sequence[Line], subject: Told) -> tuple[Step, ...]:
    """The lines by lemmas from both sides, joined by a route between what they lead to."""
    start, end = forth[-1].formula, back[-1].formula
    assert isinstance(start, Read) and isinstance(end, Read)
    middle = derive(start, end, subject.setting)
    if any(step.reason is not None and step.reason.is_arithmetic for step in middle):
        return ()
    before, after = verified(forth, subject.setting), verified([Line(end), *_returning(back)], subject.setting)
    steps = (*before, *middle[1:], *after[1:])
    return steps if all(step.verified for step in steps) else ()


def _confirmed(lines: Sequence[Line], subject: Told) -> tuple[Step, ...]:
    steps = verified(lines, subject.setting)
    return steps if all(step.verified for step in steps) else ()


__all__ = ["Lemma", "by_lemmas"]
