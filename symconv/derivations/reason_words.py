"""Reasons and titles in words: as plain text, or with formulas in LaTeX or MathML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TypeAlias

from symconv.algebra.polynomials import Poly
from symconv.claims import ExactCondition, SizeHypothesis, TensorHypothesis
from symconv.derivations.line_names import Naming
from symconv.derivations.reasons import (
    Became,
    Below,
    Equation,
    Instance,
    Listed,
    Part,
    Reason,
    Shape,
    Shown,
    Spelled,
    Title,
    Values,
)
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import AnyOf, Compare
from symconv.formulas.language import Formula
from symconv.limits import MAX_NAMED_ARRAY
from symconv.printing.as_latex import LatexWriter, hypothesis_latex
from symconv.printing.as_mathml import mathml
from symconv.printing.as_text import TextWriter, expression_text, hypothesis_text
from symconv.printing.writer import Writer

_SPECIAL = str.maketrans({c: "\\" + c for c in "#$%&_{}"} | {"^": r"\^{}", "~": r"\~{}", "→": r"$\to$", "−": "$-$"})


class Maths(str):
    """A formula in LaTeX among words."""

    __slots__ = ()


class ClaimName(str):
    """The name of an earlier claim among words."""

    __slots__ = ()


Phrase: TypeAlias = tuple[str, ...]


def words(reason: Reason | None, naming: Naming, is_latex: bool = False) -> tuple[Phrase, ...]:
    """What a reason says in words: its rule, then its remark; nothing for a first line."""
    return tuple(_said(reason, _Pen(naming, is_latex)))


def title_words(title: Title, naming: Naming, is_latex: bool = False) -> Phrase:
    """A title in words."""
    return _filled(title.heading.value, title.parts, _Pen(naming, is_latex))


def latex_words(phrase: Phrase) -> str:
    """Words as LaTeX text."""
    return "".join(f"${p}$" if isinstance(p, Maths) else p.translate(_SPECIAL) for p in phrase)


def html_words(phrase: Phrase) -> str:
    """Words as HTML, formulas as MathML; needs the extra [docs]."""
    return "".join(mathml(p) if isinstance(p, Maths) else escape(p) for p in phrase)


def joined(phrases: Sequence[Phrase], between: str = ", ", last: str = ", ") -> Phrase:
    """Phrases as one, with something between them, and before the last."""
    marks = ("", *[between] * (len(phrases) - 2), last)
    return tuple(piece for mark, phrase in zip(marks, phrases, strict=False) for piece in (mark, *phrase) if piece)


@dataclass(frozen=True)
class _Pen:
    """What formulas among words are written with: the names of a chain, and whether they are LaTeX."""

    naming: Naming
    is_latex: bool = False

    def formulas(self, written: Iterable[str], between: str = ", ") -> Phrase:
        """Formulas as words, with something between them."""
        return joined([(Maths(one) if self.is_latex else one,) for one in written], between, between)

    def writer(self, bound: Iterable[str] = (), tight: bool = True) -> Writer:
        """The writer of formulas in which some more names are indices."""
        names = self.naming.names
        names = replace(names, indices=(*names.indices, *bound))
        return LatexWriter(names) if self.is_latex else TextWriter(names, tight)

    def renaming(self, formula: Formula | None) -> dict[str, Poly]:
        """What the names of a formula are replaced by in print."""
        return {old: Poly.name(new) for old, new in self.naming.printed(formula).items()}


def _said(reason: Reason | None, pen: _Pen) -> Iterator[Phrase]:
    """The rule and the remark as far as they say something."""
    if reason is not None:
        rule = _phrase(reason, pen)
        yield from filter(None, [rule or ((reason.otherwise.value,) if reason.otherwise else ())])
        yield from _said(reason.remark, pen)


def _filled(template: str, parts: Sequence[Part], pen: _Pen) -> Phrase:
    """The words with the parts in their places; nothing where a part has nothing to say."""
    shown = [_phrase(part, pen) for part in parts]
    first, *rest = template.split("{}")
    pieces = [first, *(piece for phrase, more in zip(shown, rest, strict=True) for piece in (*phrase, more))]
    return tuple(filter(None, pieces)) if all(shown) else ()


def _phrase(part: Part, pen: _Pen) -> Phrase:
    """A part in words."""
    match part:
        case str() | Instance():
            return (ClaimName(part.lemma) if isinstance(part, Instance) else part,)
        case Reason(rule, parts):
            return _filled(rule.value, parts, pen)
        case Listed(items, between, last):
            several = len(dict.fromkeys(items)) > 1
            phrases = (_one_of_several(item, pen) if several else _phrase(item, pen) for item in items)
            return joined([*dict.fromkeys(phrases)], between, last)
        case Equation(left, right, formula):
            return pen.formulas([f"{_shown(left, formula, pen)} = {_shown(right, formula, pen)}"])
        case Spelled(text, latex):
            return pen.formulas([latex if pen.is_latex else text])
        case Shape(sizes, at):
            return _shape(sizes, dict(at), pen)
        case Shown(what, formula, sign):
            return pen.formulas([_shown(what, formula, pen) + sign])
        case Values(values, formula, together):
            equations = _values(values, formula, pen)
            return pen.formulas(["".join(equations)]) if together else equations
        case Became():
            arrow = r" \to " if pen.is_latex else " → "
            told = part.told(pen.naming)
            return _equations(told, arrow, " and ", pen, pen.writer(told))
        case Below(sizes, formula):
            return _below(sizes, formula, pen)
        case ExactCondition(hypotheses, restriction):
            said = _phrase(Listed(part.assumed if pen.is_latex else hypotheses, " and "), pen)
            if restriction is None or pen.is_latex:
                return said
            return (*said, f" (exact if {pen.writer(tight=False).condition(restriction)})")
        case SizeHypothesis(condition):
            return pen.formulas([pen.writer(tight=False).condition(condition)])
        case TensorHypothesis():
            names = pen.naming.names
            return pen.formulas([hypothesis_latex(part, names) if pen.is_latex else hypothesis_text(part)])
    return _array(part, pen)


def _one_of_several(part: Part, pen: _Pen) -> Phrase:
    """A part among others; "A or B" would mix with the "and" between them."""
    phrase = _phrase(part, pen)
    match part:
        case SizeHypothesis(AnyOf()) | ExactCondition((SizeHypothesis(AnyOf()),), None):
            return ("(", *phrase, ")")
    return phrase


def _shown(what: Poly | Compare, formula: Formula | None, pen: _Pen) -> str:
    values = pen.renaming(formula)
    if isinstance(what, Poly):
        return pen.writer().poly(what.substitute(values))
    return pen.writer(tight=False).condition(Compare(what.poly.substitute(values), what.relation))


def _values(values: Iterable[tuple[str, Poly]], formula: Formula | None, pen: _Pen) -> Phrase:
    names, renaming = pen.naming.printed(formula), pen.renaming(formula)
    told = {names.get(name, name): [value.substitute(renaming)] for name, value in values}
    return _equations(told, " = ", "", pen, pen.writer())


def _equations(told: Mapping[str, Sequence[Poly]], sign: str, between: str, pen: _Pen, writer: Writer) -> Phrase:
    """Each name with its values, the sign before the first."""
    equations = []
    for name, values in told.items():
        first, *others = map(writer.poly, values)
        equations.append(pen.formulas([f"{writer.name(name)}{sign}{first}", *others], between))
    return joined(equations)


def _shape(sizes: Sequence[Poly], at: Mapping[str, Poly], pen: _Pen) -> Phrase:
    """A shape, and what it is where its names have values."""
    writer = pen.writer(tight=False)
    put_in = [size.substitute(at) for size in sizes]
    shown, there = (pen.formulas([f"({', '.join(map(writer.poly, shape))})"]) for shape in (sizes, put_in))
    values = [(name, value) for name, value in at.items() if any(name in size.names for size in sizes)]
    return (*shown, ", which is ", *there, " at ", *_values(values, None, pen)) if values else shown


def _below(sizes: Iterable[tuple[str, Poly]], formula: Formula, pen: _Pen) -> Phrase:
    names, writer = pen.naming.printed(formula), pen.writer()
    at_most = r"\le" if pen.is_latex else "≤"
    return pen.formulas(f"0 {at_most} {writer.name(names.get(n, n))} < {writer.poly(size)}" for n, size in sizes)


def _array(array: TensorExpr, pen: _Pen) -> Phrase:
    if array.leaf is not None and len(expression_text(array)) > MAX_NAMED_ARRAY:
        return ("the literal array",)
    return pen.formulas([pen.writer().entry(array, ())[0]])


__all__ = ["ClaimName", "Maths", "Phrase", "html_words", "joined", "latex_words", "title_words", "words"]
