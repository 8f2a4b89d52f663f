"""A statement with what is needed to tell it, and the lines from one of its sides to the other, each verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from time import thread_time

from symconv.algebra.polynomials import ONE, Poly
from symconv.claims import Claim, Link, SizeHypothesis, TensorHypothesis
from symconv.derivations.chains import route
from symconv.derivations.line_names import Naming
from symconv.derivations.obligations import truthful
from symconv.derivations.opened_sides import has_exponentials
from symconv.derivations.reasons import Reason, Rule, because, since
from symconv.derivations.records import Step
from symconv.derivations.setting import Known, Line, Setting, Verify, back
from symconv.errors import SymconvError
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.expressions.traversal import tensor_names
from symconv.expressions.unfolding import Ranges, with_tensors
from symconv.formulas.axis import digits
from symconv.formulas.conditions import Compare, comparisons, in_range, replaced
from symconv.formulas.language import Formula, Read, Scalar, Sum, When
from symconv.formulas.walking import parts, rebuilt
from symconv.kernel import presburger
from symconv.kernel.comparison import formulas_equal
from symconv.kernel.consequences import without_multiples
from symconv.kernel.decide import Context
from symconv.kernel.necessity import is_given_by_rows
from symconv.kernel.terms import lower
from symconv.limits import LATEST_ROUTE_SECONDS, ROUTE_SECONDS, OutOfTime, Undecided, deadline
from symconv.proving.given_sizes import Hypothesis
from symconv.proving.hypotheses.rewriting import ways
from symconv.proving.hypotheses.usable import broadcast
from symconv.proving.statements import PreparedLink, prepared


def derive(left: Read, right: Read, setting: Setting) -> tuple[Step, ...]:
    """The lines from one side to the other, each pair of neighbours verified."""
    return _all_verified(_lines(left, right, setting), setting)


def derive_either_way(left: Read, right: Read, setting: Setting) -> tuple[tuple[Step, ...], bool]:
    """The same, beginning at the right side if it is the one that is simplified; and whether that is so."""
    lines = _lines(left, right, setting)
    turned = _comes_from_nothing(lines)
    return _all_verified([Line(lines[-1].formula), *back(lines)] if turned else lines, setting), turned


def _lines(left: Read, right: Read, setting: Setting) -> list[Line]:
    try:
        with deadline(LATEST_ROUTE_SECONDS):
            return route(left, right, setting)
    except OutOfTime:
        return [Line(left), Line(right, Reason(Rule.LINEAR_ARITHMETIC))]


def _all_verified(lines: Sequence[Line], setting: Setting) -> tuple[Step, ...]:
    """The lines as steps, those left out that the kernel did not confirm."""
    steps = verified(lines, setting)
    if all(step.verified for step in steps):
        return steps
    steps = verified(_without_unverified(lines, steps), setting)
    if all(step.verified for step in steps):
        return steps
    return verified([lines[0], Line(lines[-1].formula, Reason(Rule.LINEAR_ARITHMETIC))], setting)


def _comes_from_nothing(lines: Sequence[Line]) -> bool:
    """Whether sums appear of which only one term is not zero, or roots of unity whose sum is known."""
    for before, after in pairwise(lines):
        match after.reason:
            case Reason(Rule.GEOMETRIC_SUM) if has_exponentials(after.formula) and not has_exponentials(before.formula):
                return True
            case Reason(Rule.ONLY_THE_TERM | Rule.ONLY_THE_TERMS) if _count_sums(before) < _count_sums(after):
                return True
    return False


def _count_sums(line: Line) -> int:
    return sum(isinstance(part, Sum) for part in parts(line.formula))


def _without_unverified(lines: Sequence[Line], steps: Sequence[Step]) -> list[Line]:
    """The lines up to the first that the kernel did not confirm, and those from the last one on."""
    wrong = [i for i, step in enumerate(steps) if not step.verified]
    kept = lines[wrong[-1] :] if wrong[-1] < len(lines) - 1 else lines[-1:]
    return [*lines[: wrong[0]], Line(kept[0].formula, Reason(Rule.LINEAR_ARITHMETIC)), *kept[1:]]


def verified(lines: Sequence[Line], setting: Setting) -> tuple[Step, ...]:
    """The lines as steps, with what the kernel says to each."""
    steps = [Step(lines[0].formula, None, True, setting.naming)]
    shown = [lines[0].formula]
    for before, line in zip(lines, lines[1:], strict=False):
        holds = setting.holds(before.formula, line.formula) and _is_as_printed(line.formula, setting)
        reason = truthful(line.reason, shown, line.formula, setting) if holds else line.reason
        steps.append(Step(line.formula, reason, holds, setting.naming))
        shown.append(line.formula)
    return tuple(steps)


def _is_as_printed(formula: Formula, setting: Setting) -> bool:
    """Whether a line says the same with the one position that is printed for several digits: they may be outside."""
    if not any(_lower_digits(part) for part in parts(formula)):
        return True
    printed, guarded, free = (_with_reads(formula, f) for f in (_at_position, _where_inside, lambda _: Scalar(ONE)))
    return printed == formula or setting.holds(formula, printed) or setting.holds(guarded, free)


def _lower_digits(part: Formula) -> list[tuple[Poly, Poly]]:
    """All digits of an index but the first of each axis, with the sizes that they run below."""
    if not isinstance(part, Read) or part.inside:
        return []
    split = ((axis.digits, i) for axis, i in zip(part.array.axes, part.index, strict=True) if isinstance(i, tuple))
    return [pair for sizes, i in split for pair in list(zip(i, sizes, strict=True))[1:]]


def _with_reads(formula: Formula, f: Callable[[Read], Formula]) -> Formula:
    if isinstance(formula, Read):
        return f(formula) if _lower_digits(formula) else formula
    return rebuilt(formula, lambda part: _with_reads(part, f))


def _at_position(read: Read) -> Read:
    return Read(read.array, tuple(axis.flat(i) for axis, i in zip(read.array.axes, read.index, strict=True)))


def _where_inside(read: Read) -> Formula:
    return When(tuple(c for part, size in _lower_digits(read) for c in in_range(part, size)), Scalar(ONE))


@dataclass(frozen=True)
class Told:
    """A statement of a claim, with what is needed to tell it."""

    stated: PreparedLink
    claim: Claim
    hypotheses: tuple[Hypothesis, ...]
    verifiers: dict[tuple[Hypothesis, ...], Verify] = field(default_factory=dict, compare=False)

    @cached_property
    def setting(self) -> Setting:
        """The setting of its chain."""
        stated, claim = self.shown, self.claim
        parts = digits(stated.left.axes, stated.left_index)
        ranges = {n: size for part, size in parts for n in part.names if part == Poly.name(n)}
        ranges |= {n: size for n in stated.context.indices if n not in ranges and (size := _range(n, stated.context))}
        taken = {*claim.sizes, *claim.parameters, *claim.functions, *(t.name for t in claim.tensors)}
        coefficients = [t.coefficient for side in (stated.left, stated.right) for t in lower(side)]
        taken |= {"i"} if any(c != c.conjugate() for c in coefficients) else set()
        naming = Naming(tuple(stated.names), tuple(claim.indices), frozenset(taken), (*claim.parameters,), claim.sizes)
        plain = replace(self.stated.context, symmetries={}, zeros=())
        conditional = self.put_in or stated.unused or plain != self.stated.context

        def plainly(left: Formula, right: Formula) -> bool:
            alike = (with_tensors(left, self.put_in) == left) == (with_tensors(right, self.put_in) == right)
            return alike and proved_equal(left, right, plain)

        known = tuple(_known(self.hypotheses, stated.solved))

        def under(some: Sequence[Known]) -> Verify:
            return self.verifier(tuple(h.stated for h in known if h in some))

        def without(known: Known) -> Verify:
            return self._without(known.stated)

        return Setting(
            _given(stated, self.stated.context, self.put_in, self.by_rows),
            plainly if conditional else None,
            Ranges(ranges),
            naming,
            known,
            tuple(_definitions(self.hypotheses, self.put_in)),
            under,
            without,
            deadline=thread_time() + ROUTE_SECONDS,
        )

    def verifier(self, hypotheses: tuple[Hypothesis, ...]) -> Verify:
        """What verifies lines under some of the hypotheses, where sizes are what they are under all of them."""
        known = self.verifiers.get(hypotheses)
        if known is None:
            solving = tuple(h for h in self.hypotheses if _is_solved(h, self.stated.solved))
            given = (*hypotheses, *(h for h in solving if h not in hypotheses))
            known = self.verifiers[hypotheses] = self._verifier(given)
        return known

    def _without(self, hypothesis: Hypothesis) -> Verify:
        """What verifies lines where sizes need not be as a hypothesis says, if that is told apart."""
        if not isinstance(hypothesis, SizeHypothesis):
            return _unproved
        context = self.stated.context
        dropped = {*comparisons(replaced(hypothesis.condition, self.stated.solved))}
        kept = tuple(c for c in context.conditions if c not in dropped)
        is_apart = len(kept) + len(dropped) == len(context.conditions)
        known = replace(context, conditions=kept)
        return _given(self.shown, known, self.put_in, self.by_rows) if is_apart else _unproved

    def _verifier(self, hypotheses: tuple[Hypothesis, ...]) -> Verify:
        try:
            with presburger.budget(ROUTE_SECONDS):
                fewer = prepared(self.claim, self.shown.link, hypotheses)
        except (SymconvError, Undecided):
            return _unproved
        is_alike = fewer.solved == self.stated.solved and fewer.names == self.stated.names
        if fewer.right_index is None or not is_alike:
            return _unproved
        put_in = fewer.substituted if self.shown is not self.stated else {}
        return _given(fewer, fewer.context, put_in, self.by_rows)

    @cached_property
    def by_rows(self) -> bool:
        """Whether it takes the rows of the hypotheses together to make the sides equal."""
        stated, context = self.shown, self.stated.context
        if stated.right_index is None or not self.stated.claimed.hypotheses:
            return False
        is_given = _given(stated, context, self.put_in)(*self.sides)
        return not is_given and _given_by_rows(*self.sides, stated, context)

    @cached_property
    def put_in(self) -> Mapping[str, TensorExpr]:
        """What hypotheses define, where the sides are shown as they are written."""
        return self.shown.substituted if self.shown is not self.stated else {}

    @cached_property
    def shown(self) -> PreparedLink:
        """The statement with its sides as they are written.

        Where an expression that a hypothesis puts in for a tensor has other axes, it stays put in.
        """
        stated, claim = self.stated, self.claim
        axes = {t.name: t.replace_names(stated.solved).axes for t in claim.tensors}
        if any(value.axes != axes[name] for name, value in stated.substituted.items()):
            return stated
        sides = broadcast(stated.link.left, stated.link.right)
        dotted = {name: Poly.name(f"{name}.x") for name in claim.indices}
        left, right = (side.replace_names(stated.solved).replace_names(dotted) for side in sides)
        as_written = replace(stated, left=left, right=right).indexed()
        return stated if as_written.right_index is None or as_written.names != stated.names else as_written

    @property
    def ranges(self) -> tuple[tuple[str, Poly], ...]:
        """The names of the output index, each with the size that it runs below."""
        return tuple(self.setting.ranges.sizes.items())

    @property
    def sides(self) -> tuple[Read, Read]:
        """The two sides at the output index."""
        return self.shown.formulas


def _range(name: str, context: Context) -> Poly | None:
    """The size that an index runs below from 0, if one condition says so."""
    bounds = [c.poly for c in context.conditions if isinstance(c, Compare) and name in c.poly.names]
    uppers = [p + Poly.name(name) + 1 for p in bounds if p.coefficient(name) == -1]
    starts = any(p == Poly.name(name) for p in bounds)
    return uppers[0] if starts and len(bounds) == 2 and len(uppers) == 1 else None


def _given(stated: PreparedLink, context: Context, put_in: Mapping[str, TensorExpr], by_rows: bool = False) -> Verify:
    """Whether the kernel proves a pair of lines, with what hypotheses define put in, and by multiples of the others.

    Or `by_rows` of all hypotheses together.
    """
    values = stated.reduced.values(stated.claimed)

    def given(before: Formula, after: Formula) -> bool:
        left, right = with_tensors(before, put_in), with_tensors(after, put_in)
        if proved_equal(left, right, context):
            return True
        return any(
            proved_equal(without_multiples(left, multiples, stated.claimed, values, context), right, context)
            for multiples in ways(left, right, stated)
        ) or (by_rows and _given_by_rows(before, after, stated, context))

    return given


def _given_by_rows(left: Formula, right: Formula, stated: PreparedLink, context: Context) -> bool:
    values = stated.reduced.values(stated.claimed)
    try:
        with presburger.budget(ROUTE_SECONDS):
            return is_given_by_rows(left, right, stated.claimed, values, replace(context, symmetries={}, zeros=()))
    except presburger.Undecided:
        return False


def _unproved(left: Formula, right: Formula) -> bool:
    return False


def proved_equal(left: Formula, right: Formula, context: Context) -> bool:
    """Whether the kernel proves a pair of lines, within the time of one; never of one that divides by 0."""
    try:
        with presburger.budget(ROUTE_SECONDS):
            return formulas_equal(left, right, context)
    except (presburger.Undecided, ZeroDivisionError):
        return False


def _definitions(
    hypotheses: Sequence[Hypothesis], put_in: Mapping[str, TensorExpr]
) -> Iterator[tuple[str, TensorExpr, TensorHypothesis]]:
    """The tensors that hypotheses define by others, with what they are."""
    for name, value in put_in.items():
        for h in hypotheses if name not in tensor_names(value) else ():
            if isinstance(h, TensorHypothesis) and name in {s.name for s in (h.left, h.right) if isinstance(s, Tensor)}:
                yield name, value, h
                break


def _known(hypotheses: Sequence[Hypothesis], solved: Mapping[str, Poly]) -> Iterator[Known]:
    """The hypotheses one by one, equations that give a size left out."""
    for h in hypotheses:
        if isinstance(h, TensorHypothesis):
            sides = [side.replace_names(solved) for side in broadcast(h.left, h.right)]
            names = tensor_names(h.left) | tensor_names(h.right)
            yield Known(because(h), h, frozenset(names), TensorHypothesis(sides[0], sides[1]))
        elif not _is_solved(h, solved):
            yield Known(since([h]), h)


def _is_solved(hypothesis: Hypothesis, solved: Mapping[str, Poly]) -> bool:
    """Whether a hypothesis on sizes says no more than what sizes were solved for."""
    if not isinstance(hypothesis, SizeHypothesis):
        return False
    return all(c.poly.constant is not None for c in comparisons(replaced(hypothesis.condition, solved)))


def told(claim: Claim, link: Link, hypotheses: Sequence[Hypothesis]) -> Told:
    """The statement of a link under hypotheses, ready to be told."""
    return Told(prepared(claim, link, hypotheses), claim, tuple(hypotheses))


__all__ = ["Told", "derive", "derive_either_way", "proved_equal", "told", "verified"]
