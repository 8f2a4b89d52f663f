"""Chains of lines laid out: `align*` for LaTeX, Markdown, HTML with MathML, and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.errors import SymconvError
from symconv.expressions.latex_names import name_latex
from symconv.expressions.tensors import Operation, Tensor
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Formula, Read
from symconv.formulas.walking import substitute
from symconv.numerics.sparse_arrays import SparseArray, nonzero
from symconv.printing.arrays_of_numbers import array_equation
from symconv.printing.as_latex import LatexWriter, hypothesis_latex
from symconv.printing.as_mathml import mathml
from symconv.printing.as_text import TextWriter, expression_text
from symconv.printing.index_names import readable, renaming
from symconv.printing.line_breaks import LINE, broken, width
from symconv.printing.term_order import Names

_NARROW = 18.0
#: A literal array of more letters than this is not told again in a reason.
_NAME = 24
#: Letters of a reason that fit on a line of their own.
_TAG = 90
_TEXT_COLUMN = 74
_SPECIAL = str.maketrans({c: "\\" + c for c in "#$%&_{}"} | {"^": r"\^{}", "~": r"\~{}", "→": r"$\to$", "−": "$-$"})


@dataclass(frozen=True)
class Reason:
    """Why a line equals the one before, in words; `rule_latex` and `detail_latex` have formulas in dollar signs."""

    rule: str
    detail: str = ""
    rule_latex: str = ""
    detail_latex: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.rule, self.detail)))

    def latex(self) -> str:
        """The words as LaTeX text."""
        told = self.rule_latex or self.rule.translate(_SPECIAL), self.detail_latex or self.detail.translate(_SPECIAL)
        return ", ".join(filter(None, told))


@dataclass(frozen=True)
class Grid:
    """A whole array as one line, written already; `entry` is its entry at the output index."""

    latex: str
    text: str
    entry: Formula | None = None


@dataclass(frozen=True)
class Given:
    """An array of numbers with what it is the value of; the entry at `mark` is set off."""

    name: str
    array: Any
    name_latex: str = ""
    mark: tuple[int, ...] | None = None

    @property
    def latex(self) -> str:
        """The equation in LaTeX."""
        return array_equation(self.array, self.name_latex or name_latex(self.name), self.mark, " = ")

    def __str__(self) -> str:
        if isinstance(self.array, SparseArray):
            shown = [f"{self.name}{list(index)} = {value}" for index, value in nonzero(self.array)]
            return ", ".join([*shown, "all other entries 0"])
        return f"{self.name} = {array_text(self.array, self.mark)}"


@dataclass(frozen=True)
class Printing:
    """The names that a chain is printed with: of the free indices, and what bound names must not be called."""

    taken: frozenset[str] = frozenset()
    free: Mapping[str, str] = field(default_factory=dict)
    names: Names = Names()

    @staticmethod
    def of(
        indices: Iterable[str],
        taken: Iterable[str],
        parameters: Sequence[str],
        sizes: Sequence[str],
        own: Sequence[str] = (),
    ) -> Printing:
        """The names for these free indices, which may have a dot and more after the name to print.

        Those that the claim names itself, its `own`, keep their names.
        """
        free = renaming(indices, taken, own)
        return Printing(frozenset(taken) | set(free.values()), free, Names((*free.values(), *parameters), tuple(sizes)))

    def prepared(self, formula: Formula, record: dict[str, str] | None = None) -> tuple[Formula, Names]:
        """The formula with readable names."""
        named = substitute(formula, {old: Poly.name(new) for old, new in self.free.items()})
        return readable(named, self.taken, record), self.names

    def renamed(self, formula: Formula) -> dict[str, str]:
        """How the free and bound names of a formula are printed."""
        record: dict[str, str] = {}
        self.prepared(formula, record)
        return {**self.free, **record}

    def latex(self, formula: Formula | Grid) -> str:
        """A line in LaTeX."""
        if isinstance(formula, Grid):
            return formula.latex
        made, names = self.prepared(formula)
        return LatexWriter(names).formula(made)

    def text(self, formula: Formula | Grid) -> str:
        """A line in plain text."""
        if isinstance(formula, Grid):
            return formula.text
        made, names = self.prepared(formula)
        return TextWriter(names).formula(made)

    def substitution(self, values: Mapping[str, Poly]) -> Reason:
        """The words "substitute u → h−1−u" for these names."""
        return self.substitutions(list(values.items()))

    def substitutions(self, values: Sequence[tuple[str, Poly]]) -> Reason:
        """The same where a name may be replaced by different things in different terms."""
        if not values:
            return Reason("")
        names = replace(self.names, indices=(*self.names.indices, *dict.fromkeys(n for n, _ in values)))
        text, latex = TextWriter(names, tight=True), LatexWriter(names)
        parts = [{}, {}]  # type: list[dict[str, list[str]]]
        for n, v in values:
            parts[0].setdefault(n, []).append(text.poly(v))
            parts[1].setdefault(name_latex(n), []).append(latex.poly(v))
        plain = ", ".join(f"{n} → {' resp. '.join(vs)}" for n, vs in parts[0].items())
        shown = ", ".join(rf"${n} \to {'$ resp. $'.join(vs)}$" for n, vs in parts[1].items())
        return Reason(f"substitute {plain}", rule_latex=f"substitute {shown}")

    def single(self, values: Mapping[str, Poly], renamed: Mapping[str, str]) -> Reason:
        """The words "only the term u = m is not zero", in the names that the line before is printed with."""
        names = {k: Poly.name(v) for k, v in renamed.items()}
        told: dict[str, list[Poly]] = {}
        for n, v in values.items():
            told.setdefault(renamed.get(n, n.split(".")[0]), []).append(v.substitute(names))
        text, latex = TextWriter(self.names, tight=True), LatexWriter(self.names)
        plural = "terms" if len(values) > 1 else "term"
        plain = ", ".join(f"{n} = {' or '.join(map(text.poly, vs))}" for n, vs in told.items())
        shown = ", ".join(f"${name_latex(n)} = {'$ or $'.join(map(latex.poly, vs))}$" for n, vs in told.items())
        return Reason(
            f"only the {plural} {plain} can be other than zero",
            rule_latex=f"only the {plural} {shown} can be other than zero",
        )

    def named(self, zero: Poly, formula: Formula) -> Reason:
        """The words "since … = 0", in the names that the formula is printed with."""
        shown = Compare(zero.substitute({k: Poly.name(v) for k, v in self.renamed(formula).items()}), "==")
        return Reason(
            f"{TextWriter(self.names).condition(shown)} in this range",
            rule_latex=f"${LatexWriter(self.names).condition(shown)}$ in this range",
        )

    def arithmetic(self, ranges: Mapping[str, Poly], formula: Formula) -> Reason:
        """The ranges of the free indices, as what arithmetic was about."""
        names = self.renamed(formula)
        shown = [(names.get(n, n), size) for n, size in ranges.items()]
        text, latex = TextWriter(self.names, tight=True), LatexWriter(self.names)
        return Reason(
            "",
            ", ".join(f"0 ≤ {n} < {text.poly(size)}" for n, size in shown),
            detail_latex=", ".join(rf"$0 \le {name_latex(n)} < {latex.poly(size)}$" for n, size in shown),
        )

    def remainder(self, number: Poly, divisor: Poly, formula: Formula) -> Reason:
        """The words "k mod n is k, k + n or k − n"."""
        names = {k: Poly.name(v) for k, v in self.renamed(formula).items()}
        k, n = number.substitute(names), divisor.substitute(names)
        text, latex = TextWriter(self.names, tight=True), LatexWriter(self.names)
        return Reason(
            f"{text.poly(k % n)} is {text.poly(k)} or {text.poly(n)} away from it",
            rule_latex=f"${latex.poly(k % n)}$ is ${latex.poly(k)}$ or ${latex.poly(n)}$ away from it",
        )

    def cases(self, number: Poly, count: int, formula: Formula) -> Reason:
        """The words "distinguish ⌊m/d⌋ = 0 and 1"."""
        value = number.substitute({k: Poly.name(v) for k, v in self.renamed(formula).items()})
        text, latex = TextWriter(self.names, tight=True), LatexWriter(self.names)
        values = _listed([str(k) for k in range(count)])
        return Reason(
            f"distinguish {text.poly(value)} = {values}", rule_latex=f"distinguish ${latex.poly(value)} =$ {values}"
        )

    def roots(self, name: str, period: Poly, distance: Poly, formula: Formula) -> Reason:
        """The words "the sum over u is n where n divides m − v, else 0"."""
        names = {k: Poly.name(v) for k, v in self.renamed(formula).items()}
        told = []
        for writer, bracket in ((TextWriter(self.names, tight=True), ""), (LatexWriter(self.names), "$")):
            u, n, d = (writer.poly(p.substitute(names)) for p in (Poly.name(name), period, distance))
            u, n, d = (f"{bracket}{x}{bracket}" for x in (u, n, d))
            told.append(f"the sum over {u} of these roots of unity is {n} if {n} divides {d}, else 0")
        return Reason(told[0], rule_latex=told[1])

    def zero_outside(self, reason: Reason, arrays: Sequence[Any]) -> Reason:
        """The reason, with the remark that what is read outside these arrays is 0."""
        if not arrays:
            return reason if reason.rule else Reason("change the ranges")
        long = {a: len(expression_text(a)) > _NAME and a.leaf is not None for a in arrays}
        listed = _listed(["the literal array" if long[a] else expression_text(a) for a in arrays])
        writer = LatexWriter(self.names)
        shown = _listed(["the literal array" if long[a] else f"${writer.expression(a)}$" for a in arrays])
        told = f"entries outside {listed} are zero", f"entries outside {shown} are zero"
        if not reason.rule:
            return Reason(told[0], rule_latex=told[1])
        return replace(reason, detail=told[0], detail_latex=told[1])

    def hypothesis(self, hypothesis: Any) -> Reason:
        """A hypothesis as a reason."""
        shown = hypothesis_latex(hypothesis, self.names)
        match getattr(hypothesis, "left", None), getattr(hypothesis, "right", None):
            case Tensor() as a, Operation() as b if b.args[1:2] == (a,) and b.operator.name in ("flip", "transpose"):
                word = _symmetry(a, b)
                told = rf"${name_latex(a.name)}$ is {word}", f"${shown}$"
                return Reason(f"{a.name} is {word}", f"{a.name} = {b}", *told)
        return self.conditions([hypothesis])

    def conditions(self, hypotheses: Sequence[Any]) -> Reason:
        """The words "since …" for several hypotheses."""
        text = _listed([h.text.replace("==", "=") for h in hypotheses])
        return Reason(f"since {text}", rule_latex="since " + _listed([self.shown(h) for h in hypotheses]))

    def shown(self, hypothesis: Any) -> str:
        """A hypothesis as a formula between dollar signs."""
        return f"${hypothesis_latex(hypothesis, self.names)}$"


def _symmetry(tensor: Tensor, image: Operation) -> str:
    """What a tensor that equals its flip or transpose is called."""
    if image.operator.name != "flip" or len(tensor.axes) == 1:
        return "symmetric"
    return "point-symmetric" if image.arguments["axis"] is None else "mirror-symmetric"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def align(chain: Any, reasons: str = "margin") -> str:
    r"""A chain as an `align*` block.

    Reasons stand at the right margin, below their line where there is no room, or as an \intertext before it.
    Raises `SymconvError` for another place.
    """
    if reasons not in ("margin", "intertext"):
        raise SymconvError(f"reasons cannot stand in {reasons!r}", hint='write "margin" or "intertext"')
    first, *rest = chain.steps
    opening = first.latex()
    lead = width(opening)
    wide = [w for step in rest if LINE - lead < (w := width("&= " + step.latex())) <= LINE]
    lead = lead if rest and lead <= _NARROW and not wide and reasons == "margin" else 0.0
    rows = [] if lead else [broken(r"&\mathrel{\phantom{=}} " * bool(rest) + opening, LINE)]
    for step in rest:
        line = broken("&= " + step.latex(), LINE - lead)
        line = f"{opening} {line}" if lead and not rows else line
        if step.rule and reasons == "margin":
            line += rf" \tag*{{\footnotesize {_fitting(step.reason.latex())}}}"
        elif step.rule:
            line = rf"\intertext{{{step.reason.latex()}:}}" + "\n" + line
        rows.append(line)
    return "\n".join([*_heading(chain), r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"])


def _fitting(words: str) -> str:
    """Words for the margin; many of them in several lines."""
    if len(re.sub(r"\\[a-z]+", "", words)) <= _TAG:
        return words
    return rf"\parbox[t]{{0.6\linewidth}}{{\raggedleft {words}}}"


def _heading(chain: Any) -> Iterator[str]:
    if chain.title:
        yield rf"\noindent {chain.title_latex or chain.title.translate(_SPECIAL)}"
    if chain.given:
        shown = [given.latex for given in chain.given]
        side_by_side = sum(map(width, shown)) + 3 * len(shown) < LINE
        yield r"\begin{gather*}"
        yield (r", \quad " if side_by_side else ",\\\\\n").join(shown)
        yield r"\end{gather*}"


def markdown(chain: Any) -> str:
    """A chain as Markdown with one display formula."""
    first, *rest = chain.steps
    rows = [rf"&\phantom{{{{}}={{}}}} {first.latex()}"]
    rows += [rf"&= {s.latex()}" + (rf" && \text{{{s.reason.latex()}}}" if s.rule else "") for s in rest]
    body = " \\\\\n".join(rows)
    given = "".join(f"$${shown.latex}$$\n\n" for shown in chain.given)
    title = f"{chain.title}\n\n" if chain.title else ""
    return f"{title}{given}$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def html(chain: Any) -> str:
    """A chain as a table with MathML; raises `SymconvError` without the extra [docs]."""
    from html import escape

    try:
        mathml("x")
    except ImportError:
        raise SymconvError("HTML needs docutils", hint='pip install "symconv[docs]"') from None

    def words(text: str) -> str:
        parts = re.split(r"\$([^$]+)\$", text)
        plain = (escape(re.sub(r"\\([#$%&_{}])", r"\1", p)) if i % 2 == 0 else mathml(p) for i, p in enumerate(parts))
        return "".join(plain)

    told = [(mathml(s.latex(), block=True), words(s.reason.latex())) for s in chain.steps]
    cells = [("=" if i else "", *shown) for i, shown in enumerate(told)]
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    title = f"<p>{escape(chain.title)}</p>" if chain.title else ""
    given = "".join(f"<p>{mathml(shown.latex)}</p>" for shown in chain.given)
    return f'{title}{given}<table class="derivation">{rows}</table>'


def text(chain: Any) -> str:
    """A chain for a terminal."""
    lines = [(step.text(), str(step.reason)) for step in chain.steps]
    column = max((len(line) for line, _ in lines if len(line) <= _TEXT_COLUMN), default=0)
    shown = [chain.title] if chain.title else []
    shown += map(str, chain.given)
    for i, (line, reason) in enumerate(lines):
        start = ("= " if i else "  ") + line.replace("\n", "\n  ")
        fits = len(line) <= column and "\n" not in line
        shown.append((f"{start:<{column + 5}}{reason}" if fits else f"{start}\n{'':<7}{reason}") if reason else start)
    return "\n".join(shown)


def array_text(array: Any, mark: tuple[int, ...] | None = None) -> str:
    """An array of numbers as nested lists, the marked entry between arrows.

    >>> array_text([[1, 0], [0, 2]], (1, 1))
    '[[1, 0], [0, →2←]]'
    """
    import numpy as np

    def nested(values: Any, at: tuple[int, ...]) -> str:
        if isinstance(values, list):
            return f"[{', '.join(nested(v, (*at, i)) for i, v in enumerate(values))}]"
        return f"→{values}←" if at == mark else str(values)

    return nested(np.asarray(array, dtype=object).tolist(), ())


def matrix_latex(rows: Iterable[Iterable[str]]) -> str:
    """A matrix of written entries."""
    return LatexWriter().matrix(rows)


def entry_latex(array: Any, index: Sequence[int]) -> str:
    """An entry at numbers."""
    return LatexWriter().formula(Read(array, tuple(map(Poly.of, index))))


__all__ = ["Given", "Grid", "Printing", "Reason", "align", "array_text", "entry_latex", "html",
           "markdown", "matrix_latex", "text"]  # fmt: skip
