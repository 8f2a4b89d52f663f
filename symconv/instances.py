"""Numbers told step by step: counterexamples, literal arrays, and why a condition is necessary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import sympy

from symconv.conversion import to_poly, to_sympy
from symconv.kernel.decide import Context
from symconv.kernel.formulas import (
    Call,
    Conj,
    Formula,
    Plus,
    Read,
    Scalar,
    Sum,
    Times,
    When,
    minus,
    plus,
    substitute,
    times,
)
from symconv.kernel.polynomials import ZERO, Poly
from symconv.latex.layout import Grid, Printing, Reason, width
from symconv.latex.printer import LatexWriter, expression_latex
from symconv.latex.text import expression_text
from symconv.rewriting import Ranges, tidy, unfolded

_MANY_TERMS = 8
_GRID_WIDTH = 48.0


# Counterexamples


def counterexample(result: Any) -> Iterator[Any]:
    """Both sides of a claim at the entry where they differ, computed."""
    from symconv.derivations import Chain, Step, derive, told

    claim, found = result.claim, result.counterexample
    number = next((i for i, k in enumerate(claim.links) if k.relation == "!="), 0) if result.verdict == "proved" else result.link
    link = claim.links[number]
    if link.relation == "!=" and result.verdict == "refuted":
        made = told(claim, link, claim.hypotheses)
        yield Chain(derive(*made.sides, made.setting), "The sides are equal:")
        return
    if found is None:
        return
    sizes = {k: Poly.of(int(v)) for k, v in found.sizes.items()}
    at = ", ".join(f"{k} = {v}" for k, v in found.sizes.items())
    if result.reason == "shape":
        for name, side in (("left", link.left), ("right", link.right)):
            shape = ", ".join(str(axis.size) for axis in side.axes)
            concrete = ", ".join(str(axis.size.substitute(sizes)) for axis in side.axes)
            words = f"The {name} side has the shape ({shape})" + (f", at {at} ({concrete}):" if shape else ":")
            line = Grid(expression_latex(side), expression_text(side))
            yield Chain((Step(line, Reason(""), True, Printing()),), words)
        return
    free = dict(zip(claim.indices, found.index, strict=False))
    position = found.index[len(claim.indices) :]
    names = sizes | {k: Poly.of(int(v)) for k, v in free.items()}
    numbers = Numbers(found.arrays, found.functions)
    given = tuple((k, v) for k, v in found.arrays.items())
    where = ", ".join(filter(None, (at, *(f"{k} = {v}" for k, v in free.items()))))
    for name, side, target in (("left", link.left, found.lhs), ("right", link.right, found.rhs)):
        index = tuple(Poly.of(int(i)) for i in position) if side.axes else ()
        steps = _computed(side.replace_names(names), index, numbers, target)
        yield Chain(tuple(steps), f"The {name} side at {where}:" if where else f"The {name} side:", given if name == "left" else ())


def _computed(side: Any, index: tuple[Poly, ...], numbers: Numbers, target: Any) -> Iterator[Any]:
    """The entry folded, by its definition, written out, in numbers, and its value."""
    from symconv.derivations import Step
    from symconv.proving import formulas_equal

    printing = Printing.of((), (), (), ())
    lines = [Read(side, tuple(a.index(a.parts(i)) for a, i in zip(side.axes, index, strict=True)))]
    reasons = [Reason("")]
    definition = unfolded(lines[0], Ranges())
    entries, left_out = _shortened(written(definition), numbers)
    for formula, reason in (
        (definition, Reason("by definition")),
        (entries, Reason("write the sum out", "all other products are 0" if left_out else "")),
    ):
        if formula != lines[-1]:
            lines.append(formula)
            reasons.append(reason)
    before: Formula | None = None
    for formula, reason in zip(lines, reasons, strict=True):
        same = left_out and formula is entries
        verified = before is None or numbers.value(entries) == exact(target) if same else (
            before is None or formulas_equal(before, formula, Context())
        )
        yield Step(formula, reason, bool(verified), printing)
        before = formula
    verified = numbers.value(entries) == exact(target)
    value = Grid(sympy.latex(exact(target)), str(exact(target)))
    shown = Grid(numbers.shown(entries, True), numbers.shown(entries, False))
    if shown.text != value.text:
        yield Step(shown, Reason("insert the numbers"), verified, printing)
        yield Step(value, Reason("compute"), verified, printing)
    else:
        yield Step(value, Reason("insert the numbers"), verified, printing)


def _shortened(formula: Formula, numbers: Numbers) -> tuple[Formula, bool]:
    """A long sum without the terms that are 0 in numbers."""
    if not isinstance(formula, Plus) or len(formula.terms) <= _MANY_TERMS:
        return formula, False
    kept = [t for t in formula.terms if numbers.value(t) != 0] or [formula.terms[0]]
    return plus(*kept), len(kept) < len(formula.terms)


def written(formula: Formula) -> Formula:
    """A formula at numbers with its sums written out; what lies outside is left out."""
    return tidy(_written(formula))


def _written(formula: Formula) -> Formula:
    match formula:
        case Sum(name, lower, upper, body):
            first, last = lower.integer, upper.integer
            if first is None or last is None:
                return formula
            terms = [_written(substitute(body, {name: Poly.of(i)})) for i in range(first, last)]
            return Plus(tuple(terms)) if terms else Scalar(ZERO)
        case Plus(terms):
            return Plus(tuple(map(_written, terms)))
        case Times(factors):
            return times(*map(_written, factors))
        case When(conditions, body):
            return tidy(When(conditions, _written(body)))
        case Conj(body):
            return Conj(_written(body))
        case Call(function, body):
            return Call(function, _written(body))
        case Read(array, index):
            pairs = [(p, d) for a, i in zip(array.axes, index, strict=True) for p, d in zip(a.parts(i), a.digits, strict=True)]
            known = [(p.integer, d.integer) for p, d in pairs]
            if any(p is not None and (p < 0 or (d is not None and p >= d)) for p, d in known):
                return Scalar(ZERO)
            return formula
        case _:
            return formula


def exact(number: Any) -> Any:
    """A number of a counterexample as an exact SymPy number."""
    if hasattr(number, "item") and getattr(number, "shape", None) == ():
        number = number.item()
    if isinstance(number, complex):
        return exact(number.real) + sympy.I * exact(number.imag)
    if isinstance(number, float):
        return sympy.Integer(int(number)) if number.is_integer() else sympy.nsimplify(number, rational=True)
    if isinstance(number, Fraction):
        return sympy.Rational(number.numerator, number.denominator)
    return sympy.sympify(number)


@dataclass(frozen=True)
class Numbers:
    """Arrays and functions by name, and the values of formulas in them."""

    arrays: Mapping[str, Any]
    functions: Mapping[str, Mapping[Any, Any]]

    def value(self, formula: Formula) -> Any:
        """The exact value of a written-out formula."""
        match formula:
            case Scalar(value):
                return to_sympy(value)
            case Read():
                return self._entry(formula)
            case Plus(terms):
                return sympy.expand(sympy.Add(*map(self.value, terms)))
            case Times(factors):
                return sympy.expand(sympy.Mul(*map(self.value, factors)))
            case Conj(body):
                return sympy.conjugate(self.value(body))
            case Call(function, body):
                argument = self.value(body)
                table = {exact(k): exact(v) for k, v in (self.functions.get(function) or {}).items()}
                return table.get(argument, sympy.Function(function)(argument))
            case Sum() | When():
                made = written(formula)
                return sympy.nan if isinstance(made, (Sum, When)) else self.value(made)

    def _entry(self, read: Read) -> Any:
        array: Any = read.array
        index = tuple(axis.flat(i).integer for axis, i in zip(array.axes, read.index, strict=True))
        if hasattr(array, "name"):
            found = self.arrays[array.name]
            return exact(found[index] if index else found)
        return self.value(written(array.entry(*map(Poly.of, index))))  # type: ignore[arg-type]

    def shown(self, formula: Formula, latex: bool) -> str:
        """The formula with a number for each entry."""
        def number(value: Any) -> str:
            text = sympy.latex(value) if latex else str(value)
            return f"({text})" if text.startswith("-") or " " in text else text

        match formula:
            case Plus(terms):
                joined = "+" if latex else " + "
                return joined.join(self.shown(t, latex) for t in terms)
            case Times(factors):
                return (r" \cdot " if latex else "·").join(self.shown(f, latex) for f in factors)
            case Call(function, body):
                argument = self.value(body)
                return f"{function}({sympy.latex(argument) if latex else argument})"
            case _:
                return number(self.value(formula))


# Literal arrays


def literal(result: Any) -> tuple[Any, ...] | None:
    """A claim about literal arrays: the definition in numbers, entry by entry, then the array that it gives."""
    from symconv.derivations import Chain, Step

    chains = []
    numbers = Numbers({}, {})
    for link in result.claim.links:
        left, right = link.left, link.right
        shape = [axis.size.integer for axis in left.axes]
        if len(shape) > 2 or None in shape or len(left.axes) != len(right.axes) or not hasattr(left, "operator"):
            return None
        index = list(product(*(range(n or 0) for n in shape)))
        sums = {at: written(unfolded(_at(left, at), Ranges())) for at in index}
        same = all(sympy.expand(numbers.value(sums[at]) - numbers.value(written(unfolded(_at(right, at), Ranges())))) == 0 for at in index)
        rows = shape if len(shape) == 2 else [1, shape[0]] if shape else [1, 1]
        steps = [Step(Grid(expression_latex(left), expression_text(left)), Reason(""), True, Printing())]
        grid = _grid(sums, rows, len(shape), numbers)
        if grid is not None:
            steps.append(Step(grid, Reason(left.operator.rule), same, Printing()))
        reason = Reason("compute" if grid is not None else left.operator.rule)
        steps.append(Step(Grid(expression_latex(right), expression_text(right)), reason, same, Printing()))
        chains.append(Chain(tuple(steps)))
    return tuple(chains)


def _at(side: Any, at: Sequence[int]) -> Formula:
    return Read(side, tuple(a.index(a.parts(i)) for a, i in zip(side.axes, at, strict=True)))


def _grid(sums: Mapping[tuple[int, ...], Formula], rows: Sequence[Any], rank: int, numbers: Numbers) -> Grid | None:
    """The entries as sums of numbers: all products, those that are not 0, or their values, as there is room."""
    for style in (_all_products, _products, _values):
        latex = [style(f, numbers, True) for f in sums.values()]
        text = [style(f, numbers, False) for f in sums.values()]
        cut = [latex[i : i + rows[1]] for i in range(0, len(latex), rows[1])]
        if sum(max(width(row[k]) + 2 for row in cut) for k in range(rows[1])) <= _GRID_WIDTH:
            told = [text[i : i + rows[1]] for i in range(0, len(text), rows[1])]
            shown = f"[{', '.join(f'[{chr(44).join(row)}]' for row in told)}]" if rank == 2 else f"[{', '.join(text)}]"
            if rank == 0:
                return Grid(latex[0], text[0])
            return Grid(LatexWriter().matrix(cut), shown.replace(",", ", ").replace(",  ", ", "))
    return None


def _all_products(formula: Formula, numbers: Numbers, latex: bool) -> str:
    return numbers.shown(formula, latex)


def _products(formula: Formula, numbers: Numbers, latex: bool) -> str:
    terms = formula.terms if isinstance(formula, Plus) else (formula,)
    kept = [t for t in terms if numbers.value(t) != 0]
    return numbers.shown(plus(*kept), latex) if kept else "0"


def _values(formula: Formula, numbers: Numbers, latex: bool) -> str:
    terms = formula.terms if isinstance(formula, Plus) else (formula,)
    kept = [Scalar(to_poly(v)) for t in terms if (v := numbers.value(t)) != 0]
    return numbers.shown(Plus(tuple(kept)), latex) if kept else "0"


# Necessity


def only_if(free: Any, under: Any, condition: str) -> tuple[Any, ...]:
    """The difference of the sides, collected: it vanishes for all other tensors only under the condition."""
    from symconv.derivations import Step, collected

    setting = free.setting
    left, right = free.sides
    difference = minus(left, right)
    factored = collected(left, right, setting, under.setting)
    others = None
    if factored is None:
        factored = minus(unfolded(left, setting.ranges, setting.holds), unfolded(right, setting.ranges, setting.holds))
    else:
        factored, others = factored
    rule = f"this is 0 for all {others} only if {condition}" if others else f"this is always 0 only if {condition}"
    shown = " and ".join(hypothesis_words(h, setting.printing) for h in under.claim.exactly)
    words = f"this is 0 for all {others} only if {shown}" if others else f"this is always 0 only if {shown}"
    holds = under.setting.holds(*under.sides)
    return (
        Step(difference, Reason(""), True, setting.printing),
        Step(factored, Reason("unfold both sides"), setting.holds(difference, factored), setting.printing),
        Step(Scalar(ZERO), Reason(rule.replace("==", "="), rule_latex=words), holds, setting.printing),
    )


def hypothesis_words(hypothesis: Any, printing: Printing) -> str:
    """A hypothesis as a formula between dollar signs."""
    from symconv.latex.printer import hypothesis_latex

    return f"${hypothesis_latex(hypothesis, printing.names)}$"


__all__ = ["Numbers", "counterexample", "exact", "literal", "only_if", "written"]
