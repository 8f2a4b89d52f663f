"""Numbers told step by step: counterexamples, literal arrays, and why a condition is necessary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from math import prod
from typing import Any

import numpy as np
import sympy

from symconv.algebra.polynomials import ONE, ZERO, I, Poly
from symconv.derivations import chains as matched_chains
from symconv.derivations.laid_out import Given, Grid, Printing, Reason
from symconv.derivations.records import Chain, Step
from symconv.derivations.simplifying import without_zeros
from symconv.derivations.told_statements import derive, told
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_poly, to_sympy
from symconv.expressions.tensors import Tensor
from symconv.expressions.unfolding import Ranges, unfolded, written
from symconv.formulas.axis import Axis
from symconv.formulas.language import Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When, minus, plus, times
from symconv.formulas.walking import substitute
from symconv.kernel.context import Context
from symconv.kernel.terms import TableAtom
from symconv.numerics.evaluation import evaluate
from symconv.printing.as_latex import LatexWriter, expression_latex
from symconv.printing.as_text import TextWriter, expression_text
from symconv.printing.line_breaks import width
from symconv.printing.writer import ATOM, Writer
from symconv.proving.proof_search import formulas_equal

_MANY_TERMS = 9
_GRID_WIDTH = 48.0
_MANY_ENTRIES = 36


# Counterexamples


def counterexample(result: Any) -> Iterator[Any]:
    """Both sides of a claim at the entry where they differ, computed."""
    claim, found = result.claim, result.counterexample
    differing = next((k for k in claim.links if k.relation == "!="), None) if result.verdict == "proved" else None
    link = differing or claim.links[result.link]
    if link.relation == "!=" and result.verdict == "refuted":
        made = told(claim, link, claim.hypotheses)
        yield Chain(derive(*made.sides, made.setting), "The sides are equal:")
        return
    if found is None:
        return
    sizes = {k: Poly.of(int(v)) for k, v in found.sizes.items()}
    at = _listed(found.sizes)
    position = found.index[len(claim.indices) :] if found.index else ()
    if len(position) != max(len(link.left.axes), len(link.right.axes)):
        for name, side in (("left", link.left), ("right", link.right)):
            shape = ", ".join(str(axis.size) for axis in side.axes)
            concrete = ", ".join(str(axis.size.substitute(sizes)) for axis in side.axes)
            words = f"The {name} side has the shape ({shape})" + (f", at {at} ({concrete}):" if shape else ":")
            line = Grid(expression_latex(side), expression_text(side))
            yield Chain((Step(line, Reason(""), True, Printing()),), words)
        return
    free = dict(zip(claim.indices, found.index, strict=False))
    names = sizes | {k: Poly.of(int(v)) for k, v in free.items()}
    numbers = Numbers(found.arrays, found.functions)
    given = tuple(Given(k, v) for k, v in found.arrays.items())
    whole = whole_sides(result)
    where, where_latex = _listed(found.sizes | free), _listed(found.sizes | free, LATEX)
    for name, side, target in (("left", link.left, found.lhs), ("right", link.right, found.rhs)):
        index = tuple(Poly.of(int(i)) for i in position) if side.axes else ()
        steps = _computed(side.replace_names(names), index, numbers, target)
        title, latex = (f"The {name} side at {told}:" if told else f"The {name} side:" for told in (where, where_latex))
        shown = whole[:1] if name == "left" else whole[1:]
        yield Chain(tuple(steps), title, (*(given if name == "left" else ()), *shown), latex)


def _listed(values: Mapping[str, Any], writer: Writer | None = None) -> str:
    """Names and their values; as formulas between dollar signs for LaTeX."""
    if writer is None:
        return ", ".join(f"{k} = {v}" for k, v in values.items())
    return ", ".join(f"${writer.poly(Poly.name(k))} = {v}$" for k, v in values.items())


def whole_sides(result: Any) -> tuple[Given, ...]:
    """Both sides of a counterexample as arrays, the entry that differs marked; none where that shows no more."""
    claim, found = result.claim, result.counterexample
    if found.functions or not found.index or claim.indices:
        return ()
    differing = next((k for k in claim.links if k.relation == "!="), None) if result.verdict == "proved" else None
    link = differing or claim.links[result.link if result.verdict == "refuted" else 0]
    position = tuple(found.index)
    sizes = {k: Poly.of(int(v)) for k, v in found.sizes.items()}
    shown = []
    for side in (link.left, link.right):
        if len(side.axes) != len(position):
            return ()
        shape = [axis.size.substitute(sizes).integer or 0 for axis in side.axes]
        if not 1 < prod(shape) <= _MANY_ENTRIES or any(i >= n for i, n in zip(position, shape, strict=True)):
            return ()
        try:
            values = np.asarray(evaluate(side, found.sizes, found.arrays), dtype=object)
        except SymconvError:
            return ()
        at = side.replace_names(sizes)
        values = np.array([_plain(v) for v in values.flat], dtype=object).reshape(values.shape)
        shown.append(Given(expression_text(at), values, expression_latex(at), position))
    return tuple(shown)


def _plain(value: Any) -> Any:
    """A number as it is printed."""
    poly = exact(value)
    return poly.constant if poly.constant is not None else to_sympy(poly)


def _computed(side: Any, index: tuple[Poly, ...], numbers: Numbers, target: Any) -> Iterator[Any]:
    """The entry folded, by its definition, written out, in numbers, and its value."""
    printing = Printing.of((), (), (), ())
    lines: list[Formula] = [Read(side, tuple(a.index(a.parts(i)) for a, i in zip(side.axes, index, strict=True)))]
    reasons = [Reason("")]
    definition = without_zeros(unfolded(lines[0], Ranges()), Ranges(), lambda a, b: formulas_equal(a, b, Context()))
    entries, left_out = shortened(written(definition), numbers)
    for formula, reason in (
        (definition, Reason("by definition")),
        (entries, Reason("write the sum out", "all other products are 0" if left_out else "")),
    ):
        if printing.text(formula) != printing.text(lines[-1]):
            lines.append(formula)
            reasons.append(reason)
    before: Formula | None = None
    for formula, reason in zip(lines, reasons, strict=True):
        same = left_out and formula is entries
        verified = (
            before is None or numbers.value(entries) == exact(target)
            if same
            else (before is None or formulas_equal(before, formula, Context()))
        )
        yield Step(formula, reason, bool(verified), printing)
        before = formula
    verified = numbers.value(entries) == exact(target)
    value = Grid(LatexWriter().poly(exact(target)), TEXT.poly(exact(target)))
    shown = value
    if isinstance(entries, (Plus, Times, Call)):
        shown = Grid(numbers.shown(entries, LatexWriter()), numbers.shown(entries, TEXT))
    if printing.text(lines[-1]) == value.text:
        return
    if shown.text != value.text:
        yield Step(shown, Reason("insert the numbers"), verified, printing)
        yield Step(value, Reason("compute"), verified, printing)
    else:
        yield Step(value, Reason("insert the numbers"), verified, printing)


def shortened(formula: Formula, numbers: Numbers) -> tuple[Formula, bool]:
    """A long sum without the terms that are 0 in numbers."""
    if not isinstance(formula, Plus) or len(formula.terms) <= _MANY_TERMS:
        return formula, False
    kept = [t for t in formula.terms if numbers.value(t)] or [formula.terms[0]]
    return plus(*kept), len(kept) < len(formula.terms)


def exact(number: Any) -> Poly:
    """A number of a counterexample, exactly.

    >>> print(exact(0.5), exact(2 - 1j))
    1/2 2 - 1j
    """
    match number:
        case Poly():
            return number
        case complex():
            return exact(number.real) + I * exact(number.imag)
        case float():
            return Poly.of(Fraction(str(number)))
        case int() | Fraction():
            return Poly.of(number)
        case sympy.Expr():
            return to_poly(number)
    return exact(number.item())


@dataclass(frozen=True)
class Numbers:
    """Arrays and functions by name, and the values of formulas in them."""

    arrays: Mapping[str, Any]
    functions: Mapping[str, Mapping[Any, Any]]

    def value(self, formula: Formula) -> Poly:
        """The exact value of a written-out formula."""
        match formula:
            case Scalar(number):
                return number
            case Read(array, index):
                return self._entry(array, tuple(a.flat(i).integer for a, i in zip(array.axes, index, strict=True)))
            case Plus(terms):
                return reduce(lambda total, t: total + self.value(t), terms, ZERO)
            case Times(factors):
                return reduce(lambda product, f: product * self.value(f), factors, ONE)
            case Conj(body):
                return self.value(body).conjugate()
            case Call(function, body):
                argument = self.value(body)
                table = {exact(k): exact(v) for k, v in self.functions[function].items()}
                return table[argument]
            case Sum() | When():
                return self.value(written(formula))

    def _entry(self, array: Any, index: tuple[int | None, ...]) -> Poly:
        if isinstance(array, Tensor):
            found = self.arrays[array.name]
            return exact(found[index] if index else found)
        if isinstance(array.leaf, TableAtom):
            return array.leaf.values[Axis.of(*array.leaf.shape).flat(tuple(map(Poly.of, index))).integer]  # type: ignore[arg-type, index]
        return self.value(written(array.entry(*map(Poly.of, index))))  # type: ignore[arg-type]

    def shown(self, formula: Formula, writer: Writer) -> str:
        """The formula with a number for each entry."""
        match formula:
            case Plus(terms):
                return writer.signed([self._term(t, writer) for t in terms])
            case Times(factors):
                shown = [self.shown(f, writer) for f in factors]
                shown = [
                    writer.parenthesised(t) if isinstance(f, Plus) else t for f, t in zip(factors, shown, strict=True)
                ]
                if isinstance(factors[0], Scalar) and isinstance(factors[0].value.constant, (int, Fraction)):
                    shown[0] = writer.poly(factors[0].value)
                return _DOT[isinstance(writer, LatexWriter)].join(shown)
            case Call(function, body):
                return f"{function}({writer.poly(self.value(body))})"
            case _:
                return writer.poly(self.value(formula), ATOM)

    def _term(self, formula: Formula, writer: Writer) -> tuple[bool, str]:
        """A term without its sign, and whether that is minus."""
        first, *rest = formula.factors if isinstance(formula, Times) else (formula,)
        number = first.value.constant if isinstance(first, Scalar) else None
        if not isinstance(number, (int, Fraction)) or number >= 0:
            return False, self.shown(formula, writer)
        positive = [Scalar(Poly.of(-number))] if number != -1 or not rest else []
        return True, self.shown(times(*positive, *rest), writer)


_DOT = {True: r" \cdot ", False: "·"}
TEXT, LATEX = TextWriter(), LatexWriter()


# Literal arrays


def literal(result: Any) -> tuple[Any, ...] | None:
    """A claim about literal arrays: the definition in numbers, entry by entry, then the array that it gives."""
    chains = []
    numbers = Numbers({}, {})
    for link in result.claim.links:
        left, right = link.left, link.right
        shape = [axis.size.integer for axis in left.axes]
        if len(shape) > 2 or None in shape or len(left.axes) != len(right.axes) or not hasattr(left, "operator"):
            return None
        index = list(product(*(range(n or 0) for n in shape)))
        sums, others = _entries(left, index), _entries(right, index)
        same = all(numbers.value(sums[at]) == numbers.value(others[at]) for at in index)
        rows = shape if len(shape) == 2 else [1, shape[0]] if shape else [1, 1]
        steps = [Step(Grid(expression_latex(left), expression_text(left)), Reason(""), True, Printing())]
        grid = _grid(sums, rows, len(shape), numbers)
        if grid is not None:
            steps.append(Step(grid, Reason(left.operator.rule), same, Printing()))
        reason = Reason("compute" if grid is not None else left.operator.rule)
        steps.append(Step(Grid(expression_latex(right), expression_text(right)), reason, same, Printing()))
        chains.append(Chain(tuple(steps)))
    return tuple(chains)


def _entries(side: Any, places: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], Formula]:
    """The entries of an array of numbers, written out."""
    names = [[f"i{k}.{d}" for d in range(len(axis.digits))] for k, axis in enumerate(side.axes)]
    index = tuple(a.index(list(map(Poly.name, group))) for a, group in zip(side.axes, names, strict=True))
    formula = unfolded(Read(side, index), Ranges())
    entries = {}
    for place in places:
        parts = [a.parts(i) for a, i in zip(side.axes, place, strict=True)]
        values = {n: p for group, own in zip(names, parts, strict=True) for n, p in zip(group, own, strict=True)}
        entries[place] = written(substitute(formula, values))
    return entries


def _grid(sums: Mapping[tuple[int, ...], Formula], rows: Sequence[Any], rank: int, numbers: Numbers) -> Grid | None:
    """The entries as sums of numbers: all products, those that are not 0, or their values, as there is room."""
    for style in (_all_products, _products, _values):
        latex = [style(f, numbers, LatexWriter()) for f in sums.values()]
        text = [style(f, numbers, TEXT) for f in sums.values()]
        cut = [latex[i : i + rows[1]] for i in range(0, len(latex), rows[1])]
        if sum(max(width(row[k]) + 2 for row in cut) for k in range(rows[1])) <= _GRID_WIDTH:
            told = [text[i : i + rows[1]] for i in range(0, len(text), rows[1])]
            shown = f"[{', '.join(f'[{chr(44).join(row)}]' for row in told)}]" if rank == 2 else f"[{', '.join(text)}]"
            if rank == 0:
                return Grid(latex[0], text[0])
            return Grid(LatexWriter().matrix(cut), shown.replace(",", ", ").replace(",  ", ", "))
    return None


def _all_products(formula: Formula, numbers: Numbers, writer: Writer) -> str:
    return numbers.shown(formula, writer)


def _products(formula: Formula, numbers: Numbers, writer: Writer) -> str:
    terms = formula.terms if isinstance(formula, Plus) else (formula,)
    kept = [t for t in terms if numbers.value(t)]
    return numbers.shown(plus(*kept), writer) if kept else "0"


def _values(formula: Formula, numbers: Numbers, writer: Writer) -> str:
    terms = formula.terms if isinstance(formula, Plus) else (formula,)
    kept = [Scalar(v) for t in terms if (v := numbers.value(t))]
    return numbers.shown(Plus(tuple(kept)), writer) if kept else "0"


# Necessity


def only_if(free: Any, under: Any, condition: str) -> tuple[Any, ...]:
    """The difference of the sides, collected: it vanishes for all other tensors only under the condition.

    That is what the proof of the claim, which there is, says of the last line.
    """
    setting = free.setting
    left, right = free.sides
    difference = minus(left, right)
    factored, others = matched_chains.difference(left, right, setting, under.setting) or (
        minus(unfolded(left, setting.ranges, setting.holds), unfolded(right, setting.ranges, setting.holds)),
        "",
    )
    start = f"this is 0 for all {others} only if" if others else "this is always 0 only if"
    shown = " and ".join(map(setting.printing.shown, under.claim.exactly))
    words = start.replace(f" {others} ", f" ${others}$ ") if others and len(others) == 1 else start
    unfolded_line = Step(factored, Reason("unfold both sides"), True, setting.printing)
    return (
        Step(difference, Reason(""), True, setting.printing),
        *([unfolded_line] if setting.holds(difference, factored) else []),
        Step(Scalar(ZERO), Reason(f"{start} {condition}", rule_latex=f"{words} {shown}"), True, setting.printing),
    )


__all__ = ["TEXT", "Numbers", "counterexample", "exact", "literal", "only_if", "shortened", "whole_sides"]
