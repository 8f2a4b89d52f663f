"""Why a line equals the one before it, and what heads a chain: words of a closed table with their parts as objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, unique
from typing import TypeAlias

from symconv.algebra.polynomials import Poly
from symconv.claims import ExactCondition, Hypothesis, TensorHypothesis
from symconv.derivations.line_names import Naming
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Formula, Sum
from symconv.formulas.walking import parts


@unique
class Rule(Enum):
    """The rules and remarks: the words, with braces where a part stands."""

    AS_WRITTEN = "{}"
    FALSE = "false"
    NOT_DECIDED = "not decided"
    BOTH_READ_THE_SAME = "both sides read the same"

    DEFINITION = "definition of {}"
    DEFINITIONS = "definitions of {}"
    ALL_DEFINITIONS = "definitions"
    BY_DEFINITION = "by definition"
    ENTRY_BY_ENTRY = "entry by entry"
    PUT_IN = "put the definitions and numbers in"

    SUBSTITUTE = "substitute {}"
    RENAME = "rename the indices"
    CHANGE_THE_INDEX = "change the index of summation"
    CHANGE_THE_RANGES = "change the ranges"
    CONDITIONS_FOR_LIMITS = "conditions instead of limits of the sums"
    LIMITS_FOR_CONDITIONS = "limits of the sums instead of conditions"
    LEAVE_OUT_CONDITIONS = "leave out conditions that always hold"
    EXCHANGE_SUMS = "exchange the order of summation"
    SPLIT_THE_RANGE = "split the range"
    JOIN_THE_RANGES = "join the ranges"
    DISTINGUISH_THE_CASES = "distinguish the cases"
    PUT_CASES_TOGETHER = "put the cases together"
    DISTINGUISH = "distinguish {} {}"
    IN_THIS_RANGE = "{} in this range"
    REMAINDER = "{} is {} or {} away from it"
    MODULO_THE_SIZE = "positions are taken modulo the size"

    MULTIPLY_OUT = "multiply out"
    DISTRIBUTE = "distribute"
    FACTOR_OUT = "factor out"
    REORDER_TERMS = "reorder the terms"
    REORDER_FACTORS = "reorder the factors"
    COLLECT_NUMBERS = "collect the numbers"
    COLLECT_EQUAL_TERMS = "collect equal terms"
    EQUAL_TERMS_CANCEL = "equal terms cancel"
    TELESCOPE = "the sums telescope: what they have in common cancels"
    SPLIT_TERMS = "split into terms that add up"
    MULTIPLY_OUT_THE_RIGHT = "multiply out the right side"
    COUNT_THE_TERMS = "count the terms"
    WRITE_THE_SUM_OUT = "write the sum out"
    EMPTY_SUM = "the sum is empty"
    WRITE_AS_A_SUM = "write as a sum"
    WRITE_THE_ARRAY_OUT = "write the literal array out"
    WRITE_AS_AN_ARRAY = "write as a literal array"
    SUMS_OF_POWERS = "sums of powers in closed form"
    CLOSED_FORM = "the sum in closed form"
    GEOMETRIC_SUM = "the geometric sum of roots of unity is {} if {} divides {}, else 0"
    ONLY_THE_TERM = "only the term {} can be other than zero"
    ONLY_THE_TERMS = "in each sum only one term can be other than zero: {}"
    ONLY_THESE_TERMS = "in each sum that is left out only one term can be other than zero: {}"
    WHERE_THE_BRACKET_HOLDS = "what the bracket says put in"
    LEAVE_OUT_ZEROS = "leave out what is zero"
    OUTSIDE = "entries outside {} are zero"

    BY_CLAIM = "by {}"
    SINCE = "since {}"
    LEFT_INVERSE = "a left inverse of a square matrix is its right inverse"
    ITS_OWN_NEGATIVE = "it equals its own negative"
    SYMMETRIC = "{} is {}"
    ONLY_IF = "this is always 0 only if {}"
    FOR_ALL_ONLY_IF = "this is 0 for all {} only if {}"
    UNIT_IMPULSE = "take {} the unit impulse at {}"
    UNIT_IMPULSE_AT = "take {} the unit impulse at ({})"
    INSERT_NUMBERS = "insert the numbers"
    COMPUTE = "compute"
    LINEAR_ARITHMETIC = "by linear arithmetic on the index ranges"

    AT_A_TIME = "{} at a time"
    ROW_MAJOR = "row-major index"
    WHOLE_PERIOD = "the sum runs over a whole period"
    WHOLE_TURNS = "as {}"
    OTHERS_ARE_ZERO = "all other products are 0"

    @property
    def kind(self) -> str:
        """The rule without what it was applied to.

        >>> Rule.ONLY_THE_TERM.kind
        'only the term'
        """
        return self.name.lower().replace("_", " ")


class Heading(Enum):
    """What a chain tells: the words, with braces where a part stands."""

    FOR = "For {}:"
    IF = "If {}:"
    ONLY_IF = "Only if {}:"
    HOLDS_THERE = "There, {} holds:"
    FAILS_THERE = "There, {} does not hold:"
    HOLDS_IF = "It holds if {}:"
    HOLDS_IF_FOR = "It holds if {}; for {}:"
    SIDES_ARE_EQUAL = "The sides are equal:"
    FROM_THE_RIGHT = "From the right side to the left:"
    SIDE = "The {} side:"
    SIDE_AT = "The {} side at {}:"
    SHAPE = "The {} side has the shape {}:"
    NUMBER = "The {} side is a number:"


#: What a rule is called where its line is read in the other direction.
_OPPOSITES = {
    Rule.DISTRIBUTE: Rule.FACTOR_OUT,
    Rule.FACTOR_OUT: Rule.DISTRIBUTE,
    Rule.COLLECT_EQUAL_TERMS: Rule.SPLIT_TERMS,
    Rule.EQUAL_TERMS_CANCEL: Rule.SPLIT_TERMS,
    Rule.WRITE_THE_SUM_OUT: Rule.WRITE_AS_A_SUM,
    Rule.WRITE_THE_ARRAY_OUT: Rule.WRITE_AS_AN_ARRAY,
    Rule.JOIN_THE_RANGES: Rule.SPLIT_THE_RANGE,
    Rule.PUT_CASES_TOGETHER: Rule.DISTINGUISH_THE_CASES,
}


@dataclass(frozen=True)
class Listed:
    """Parts one after the other."""

    items: tuple[Part, ...]
    between: str = ", "
    last: str = " and "


@dataclass(frozen=True)
class Shown:
    """A number or condition in the names that a formula is printed with, and a sign after it."""

    what: Poly | Compare
    formula: Formula | None = None
    sign: str = ""


@dataclass(frozen=True)
class Equation:
    """That two numbers are equal, in the names that a formula is printed with."""

    left: Poly
    right: Poly
    formula: Formula


@dataclass(frozen=True)
class Spelled:
    """A formula without names, in plain text and in LaTeX."""

    text: str
    latex: str


@dataclass(frozen=True)
class Shape:
    """The sizes of an array's axes, and the values of names at which they are numbers."""

    sizes: tuple[Poly, ...]
    at: tuple[tuple[str, Poly], ...]


@dataclass(frozen=True)
class Values:
    """The values of names, as "u = m, v = n" in the names that a formula is printed with; `together` as one formula."""

    values: tuple[tuple[str, Poly], ...]
    formula: Formula | None = None
    together: bool = False


@dataclass(frozen=True)
class Below:
    """Names with the sizes that they run below, as "0 ≤ u < h" in the names that a formula is printed with."""

    sizes: tuple[tuple[str, Poly], ...]
    formula: Formula


@dataclass(frozen=True)
class Became:
    """What bound names are replaced by from one formula to another, as "u → h-1-u", or one thing "resp." another."""

    values: tuple[tuple[str, Poly], ...]
    before: Formula
    after: Formula

    @property
    def inverse(self) -> Became | None:
        """What leads back; None where that cannot be told name by name."""
        bound = {part.name for part in parts(self.after) if isinstance(part, Sum)}
        back: list[tuple[str, Poly]] = []
        for name, value in self.values:
            target = next((n for n in sorted(value.names & bound) if value.coefficient(n) in (1, -1)), None)
            if target is None:
                return None
            sign = value.coefficient(target)
            back.append((target, (Poly.name(name) - (value - Poly.name(target) * sign)) * sign))
        targets, names = {t for t, _ in back}, {n for n, _ in self.values}
        apart = all(
            (value.names - {n}).isdisjoint(targets | names - {t})
            for (t, value), (n, _) in zip(back, self.values, strict=True)
        )
        return Became(tuple(back), self.after, self.before) if apart and len(targets) == len(back) else None

    def told(self, naming: Naming) -> Mapping[str, Sequence[Poly]]:
        """The names that change, as they are printed before, with what they become, as it is printed after.

        Nothing where they get other names alone.
        """
        old, new = naming.printed(self.before), naming.printed(self.after)
        renamed = {name: Poly.name(printed) for name, printed in new.items()}
        told: dict[str, dict[Poly, None]] = {}
        for name, value in self.values:
            printed, becomes = old.get(name, name), value.substitute(renamed)
            if becomes != Poly.name(printed):
                told.setdefault(printed, {})[becomes] = None
        renames = all(value.is_atom and value.names for values in told.values() for value in values)
        unknown = any("." in name for values in told.values() for value in values for name in (*told, *value.names))
        return {} if renames or unknown else {name: tuple(values) for name, values in told.items()}


@dataclass(frozen=True)
class Instance:
    """An earlier claim by its name, with what stands for its tensors, sizes and parameters."""

    lemma: str
    tensors: tuple[tuple[str, TensorExpr], ...]
    integers: tuple[tuple[str, Poly], ...]


@dataclass(frozen=True)
class Reason:
    """A rule with its parts, and perhaps a remark.

    Where its names are printed as they were before, a substitution says nothing; `otherwise` is said instead.
    `operators` are those whose definitions it rests on.
    """

    rule: Rule
    parts: tuple[Part, ...] = ()
    remark: Reason | None = None
    otherwise: Rule | None = None
    operators: frozenset[str] = frozenset()

    @property
    def reversed(self) -> Reason:
        """The reason where the line is read in the other direction."""
        match self:
            case Reason(Rule.SUBSTITUTE, (Became() as became,), remark):
                back = became.inverse
                return Reason(Rule.CHANGE_THE_INDEX, (), remark) if back is None else replace(self, parts=(back,))
        return Reason(_OPPOSITES[self.rule], self.parts, self.remark) if self.rule in _OPPOSITES else self

    @property
    def rests_on_hypotheses(self) -> bool:
        """Whether it says no more than what is given."""
        return self.rule in (Rule.SINCE, Rule.SYMMETRIC)

    def parts_of(self, *rules: Rule) -> list[Reason]:
        """The reason and its remarks, as far as they are one of these rules."""
        further = self.remark.parts_of(*rules) if self.remark is not None else []
        return [*([self] if self.rule in rules else []), *further]

    def without(self, rule: Rule, otherwise: Rule) -> Reason:
        """The reason without remarks of a rule; where it is this rule itself, another one."""
        kept = None if self.remark is None or self.remark.rule is rule else self.remark.without(rule, otherwise)
        return replace(self, remark=kept) if self.rule is not rule else Reason(otherwise, remark=kept)

    @property
    def lemmas(self) -> tuple[str, ...]:
        """The names of the earlier claims that it rests on."""
        used = (part for reason in self.parts_of(Rule.BY_CLAIM) for part in reason.parts)
        return tuple(part.lemma for part in used if isinstance(part, Instance))

    def calling(self, names: Mapping[str, str]) -> Reason:
        """The reason with other names for earlier claims."""
        parts = tuple(replace(p, lemma=names[p.lemma]) if isinstance(p, Instance) else p for p in self.parts)
        return replace(self, parts=parts, remark=self.remark and self.remark.calling(names))

    @property
    def is_arithmetic(self) -> bool:
        """Whether no better reason was found than that the kernel proves it."""
        return self.rule is Rule.LINEAR_ARITHMETIC

    @property
    def is_definition(self) -> bool:
        """Whether it says only what operators mean."""
        return bool(self.defined) or self.rule is Rule.ENTRY_BY_ENTRY

    @property
    def defined(self) -> tuple[Part, ...]:
        """What the operators are called whose definitions it names."""
        match self:
            case Reason(Rule.DEFINITION | Rule.DEFINITIONS, (Listed(names),)):
                return names
        return ()


@dataclass(frozen=True)
class Title:
    """What a chain is headed by."""

    heading: Heading
    parts: tuple[Part, ...] = ()


Part: TypeAlias = (
    "str | Listed | Shown | Equation | Spelled | Values | Below | Shape | Became | Instance | Reason | TensorExpr"
    " | Hypothesis | ExactCondition"
)


# Reasons from what they are about


def definition(names: Iterable[Part]) -> Reason:
    """The definitions of operators by what they are called."""
    names = tuple(dict.fromkeys(names))
    return Reason(Rule.DEFINITION if len(names) == 1 else Rule.DEFINITIONS, (Listed(names),))


def unfolding(operations: Iterable[Operation]) -> Reason:
    """The definitions of operations, or what their operators call the step themselves."""
    operations = list(operations)
    steps = list(dict.fromkeys(map(_unfolding, operations)))
    if all(step.rule is Rule.DEFINITION for step in steps):
        told = definition(name for step in steps for name in step.defined)
    else:
        told = several(steps)
    return replace(told, operators=frozenset(o.operator.name for o in operations))


def _unfolding(operation: Operation) -> Reason:
    operator, arguments = operation.operator, operation.arguments
    if not operator.rule:
        return definition([operator.called])
    if callable(operator.rule):
        return as_written(operator.rule(**arguments))
    return as_written(operator.rule.format(**{name: str(value) for name, value in arguments.items()}))


def as_written(words: str) -> Reason:
    """A reason in somebody's own words."""
    return Reason(Rule.AS_WRITTEN, (words,))


def several(reasons: Sequence[Reason]) -> Reason:
    """One reason after the other, their remarks left out."""
    return reasons[0] if len(reasons) == 1 else Reason(Rule.AS_WRITTEN, (Listed((*reasons,), "; ", "; "),))


def because(hypothesis: Hypothesis) -> Reason:
    """A hypothesis as a reason."""
    match hypothesis:
        case TensorHypothesis(Tensor() as a, Operation() as b) if b.args[1:2] == (a,) and (word := _symmetry(a, b)):
            return Reason(Rule.SYMMETRIC, (Shown(Poly.name(a.name)), word), Reason(Rule.AS_WRITTEN, (hypothesis,)))
    return since([hypothesis])


def _symmetry(tensor: Tensor, image: Operation) -> str:
    """What a tensor that equals this image of itself is called."""
    if image.operator.name == "transpose" or (image.operator.name == "flip" and len(tensor.axes) == 1):
        return "symmetric"
    if image.operator.name != "flip":
        return ""
    return "point-symmetric" if image.arguments["axis"] is None else "mirror-symmetric"


def since(hypotheses: Iterable[Hypothesis]) -> Reason:
    """Several hypotheses as a reason."""
    return Reason(Rule.SINCE, (Listed((*hypotheses,)),))


def outside(arrays: Iterable[TensorExpr]) -> Reason | None:
    """That what is read outside these arrays is 0; None if there are none."""
    listed = tuple(dict.fromkeys(arrays))
    return Reason(Rule.OUTSIDE, (Listed(listed),)) if listed else None


def only_terms(terms: Sequence[Mapping[str, Poly]], formula: Formula, is_whole: bool = True) -> Reason:
    """That of sums only the terms at these values, in the names of a formula, can be other than zero.

    Unless the formula is_whole, there are sums of which that is not said.
    """
    several = Rule.ONLY_THE_TERMS if is_whole else Rule.ONLY_THESE_TERMS
    rule = several if len(terms) > 1 else Rule.ONLY_THE_TERM
    return Reason(rule, (Listed(tuple(Values((*values.items(),), formula) for values in terms)),))


_TURN = Spelled("e^(2πi) = 1", r"e^{2\pi\mathrm{i}} = 1")
_CONJUGATE = Spelled("conj(e^(iφ)) = e^(-iφ)", r"\overline{e^{\mathrm{i}\varphi}} = e^{-\mathrm{i}\varphi}")


def whole_turns() -> Reason:
    """That an exponential comes back after a whole turn."""
    return Reason(Rule.WHOLE_TURNS, (_TURN,))


def exponentials(turn: bool, conjugate: bool) -> Reason | None:
    """What is used of exponentials: that they come back after a whole turn, and what their conjugates are."""
    used = ((_CONJUGATE,) if conjugate else ()) + ((_TURN,) if turn else ())
    return Reason(Rule.WHOLE_TURNS, (Listed(used),)) if used else None


def arithmetic(sizes: Mapping[str, Poly], formula: Formula) -> Reason:
    """That arithmetic on these ranges shows it."""
    remark = Reason(Rule.AS_WRITTEN, (Below((*sizes.items(),), formula),)) if sizes else None
    return Reason(Rule.LINEAR_ARITHMETIC, remark=remark)


__all__ = ["Became", "Below", "Equation", "Heading", "Instance", "Listed", "Part", "Reason", "Rule", "Shape",
           "Shown", "Spelled", "Title", "Values", "arithmetic", "as_written", "because", "definition",
           "exponentials", "only_terms", "outside", "several", "since", "unfolding", "whole_turns"]  # fmt: skip
