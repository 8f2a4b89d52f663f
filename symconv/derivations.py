"""A proof told step by step: lines that each equal the one before, every pair proved by the kernel.

Both sides are unfolded, outermost operator first, until they agree up to a substitution of bound
names; the right side's lines then follow in reverse, each by the definition that unfolded it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from symconv.claims import SizeHypothesis, TensorHypothesis
from symconv.kernel.formulas import Formula, Plus, Read, Sum, Times, When, minus, plus, times
from symconv.kernel.polynomials import Poly
from symconv.latex.layout import Grid, Printing, Reason
from symconv.latex.naming import arrays
from symconv.rewriting import (
    Match,
    Product,
    Ranges,
    canonical,
    matches,
    outermost,
    outside,
    products,
    tidy,
    unfold,
)
from symconv.statements import Hypothesis, Statement, nodes, statement
from symconv.tensors import Operation, Tensor

_FALLBACK = "by linear arithmetic on the index ranges"
#: Operations of these families are rearrangements: several of them make one line.
_LAYOUT = "layout"
#: Products of arrays that a first line shows as such, not entry by entry.
_PRODUCTS = ("multiply", "conj", "power")


@dataclass(frozen=True)
class Step:
    """One line: a formula, and why it equals the line before."""

    formula: Formula | Grid
    reason: Reason
    verified: bool
    printing: Printing

    @property
    def rule(self) -> str:
        """What leads to this line, in words; empty for a first line."""
        return self.reason.rule

    @property
    def detail(self) -> str:
        """What the rule was applied to."""
        return self.reason.detail

    @property
    def expr(self) -> Any:
        """The line as a SymPy expression."""
        from symconv.latex.sympy_form import formula_expression

        return None if isinstance(self.formula, Grid) else formula_expression(self.printing.prepared(self.formula)[0])

    def latex(self) -> str:
        """The line in LaTeX."""
        return self.printing.latex(self.formula)

    def text(self) -> str:
        """The line in plain text."""
        return self.printing.text(self.formula)


@dataclass(frozen=True)
class Chain:
    """Lines that all are equal; `given` says what arrays are where numbers are told."""

    steps: tuple[Step, ...]
    title: str = ""
    given: tuple[tuple[str, Any], ...] = ()
    title_latex: str = ""


@dataclass(frozen=True)
class Derivation:
    """The chains of lines that a verdict is told by."""

    chains: tuple[Chain, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines of all chains."""
        return tuple(step for chain in self.chains for step in chain.steps)

    def latex(self) -> str:
        """The lines as `align*` blocks that need amsmath only."""
        from symconv.latex import layout

        return "\n\n".join(map(layout.align, self.chains))

    def markdown(self) -> str:
        """The lines as Markdown with display mathematics."""
        from symconv.latex import layout

        return "\n\n".join(map(layout.markdown, self.chains))

    def html(self) -> str:
        """The lines as HTML with MathML; needs the extra [docs]."""
        from symconv.latex import layout

        return "\n".join(map(layout.html, self.chains))

    def text(self) -> str:
        """The lines for a terminal."""
        from symconv.latex import layout

        return "\n\n".join(map(layout.text, self.chains))

    def __str__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return self.latex()


@dataclass(frozen=True)
class Known:
    """A hypothesis in words, and the tensors that it is about: none for one on sizes."""

    reason: Reason
    tensors: frozenset[str] = frozenset()
    equation: TensorHypothesis | None = None

    def covers(self, differing: Iterable[Any]) -> bool:
        """Whether it may say why these tensors are read elsewhere."""
        return not self.tensors or {a.name for a in differing} <= self.tensors

    def explains(self, before: Sequence[Formula], after: Sequence[Formula]) -> bool:
        """Whether it turns the factors that differ into one another when it is applied to them."""
        if self.equation is None:
            return False
        applied = {f for f in before if isinstance(f, Read) for f in (self._applied(f),)}
        return all(f in after or self._applied(f) in after for f in before if isinstance(f, Read)) and bool(applied)

    def _applied(self, read: Read) -> Formula:
        assert self.equation is not None
        if read.array != self.equation.left or not isinstance(self.equation.right, Operation):
            return read
        other = self.equation.right
        return tidy(unfold(Read(other, read.index), frozenset({other.operator.name}), frozenset()))


@dataclass(frozen=True)
class Setting:
    """What a chain is told in: a verifier, the ranges of the free indices, names, and hypotheses in words."""

    verify: Callable[[Formula, Formula], bool]
    ranges: Ranges
    printing: Printing
    hypotheses: tuple[Known, ...] = ()
    known: dict[tuple[Formula, Formula], bool] = field(default_factory=dict, compare=False)

    def holds(self, left: Formula, right: Formula) -> bool:
        """Whether the kernel proves the two equal; each pair is asked for once."""
        key = (left, right)
        if key not in self.known:
            self.known[key] = left == right or self.verify(left, right)
        return self.known[key]


@dataclass(frozen=True)
class Line:
    """A formula and the reason for which it equals the line before it in its sequence."""

    formula: Formula
    reason: Reason = Reason("")


def derive(left: Formula, right: Formula, setting: Setting) -> tuple[Step, ...]:
    """The lines from one formula to the other, each pair of neighbours verified.

    Parts that both sides share stay folded if that suffices.
    """
    shared = _shared(left, right)
    for atoms in dict.fromkeys((shared, frozenset[Any]())):
        first = list(_unfolding(left, atoms, setting))
        last = list(_unfolding(right, atoms, setting))
        found = _joined(first, last, setting)
        if found is not None:
            return _steps(found, setting)
    return _steps([*first, *_folded_back(last, len(last) - 1, first[-1].formula, Reason(_FALLBACK))], setting)


def _steps(lines: Sequence[Line], setting: Setting) -> tuple[Step, ...]:
    steps = [Step(lines[0].formula, Reason(""), True, setting.printing)]
    for before, line in zip(lines, lines[1:], strict=False):
        steps.append(Step(line.formula, line.reason, setting.holds(before.formula, line.formula), setting.printing))
    return tuple(steps)


def _shared(left: Formula, right: Formula) -> frozenset[Any]:
    """The operations inside that occur on both sides, the sides themselves excepted."""

    def inside(side: Formula) -> set[Any]:
        assert isinstance(side, Read)
        return {n for n in nodes(side.array) if isinstance(n, Operation) and n.axes and n != side.array}

    return frozenset(inside(left) & inside(right))


def _opening(formula: Formula, ranges: Ranges) -> Formula:
    """A side as it stands at one entry: sums of arrays are written entry by entry, products stay folded."""
    match formula:
        case Read(array, _) if isinstance(array, Operation) and array.axes and array.operator.name in _PRODUCTS:
            return formula
    return tidy(formula, ranges)


def _unfolding(side: Formula, atoms: frozenset[Any], setting: Setting) -> Iterator[Line]:
    """The side, then what it becomes as one operator after the other is replaced by its definition."""
    formula = _opening(side, setting.ranges)
    yield Line(formula)
    flat = tidy(formula, setting.ranges)
    if flat != formula:
        yield Line(flat, Reason("entry by entry"))
        formula = flat
    while found := list(outermost(formula, atoms)):
        group = [o for o in found if o.operator.family == _LAYOUT == found[0].operator.family] or [
            o for o in found if o.operator is found[0].operator
        ]
        names = frozenset(o.operator.name for o in group)
        new = tidy(unfold(formula, names, atoms), setting.ranges)
        if not setting.holds(formula, new):
            new = tidy(unfold(formula, names, atoms, setting.ranges), setting.ranges)
        yield Line(new, _definitions(group))
        formula = new


def _definitions(group: Iterable[Operation]) -> Reason:
    """"definition of …" for one operator, or for several at once."""
    rules = []
    for node in group:
        rule = node.operator.rule
        rules.append(rule.format(**{k: str(v) for k, v in node.arguments.items()}) if "{" in rule else rule)
    rules = list(dict.fromkeys(rules))
    first, *rest = rules
    prefix = "definition of "
    if rest and all(r.startswith(prefix) for r in rules):
        names = [r.removeprefix(prefix) for r in rules]
        return Reason(f"definitions of {', '.join(names[:-1])} and {names[-1]}")
    return Reason("; ".join(rules) if rest else first)


def _joined(first: Sequence[Line], last: Sequence[Line], setting: Setting) -> list[Line] | None:
    """The shortest way from the first of one sequence to the first of the other."""
    for total in range(len(first) + len(last) - 1):
        for i in range(min(total, len(first) - 1), -1, -1):
            j = total - i
            if j >= len(last):
                continue
            middle = _middle(first[i].formula, last[j].formula, j == 0, setting)
            if middle is not None:
                *through, final = middle or [None]
                start = [*first[: i + 1], *through]
                if final is None:
                    return start if j == 0 else [*start, *_folded_back(last, j - 1, None, last[j].reason)]
                return [*start, *_folded_back(last, j, final.formula, final.reason)]
    return None


def _folded_back(last: Sequence[Line], j: int, shown: Formula | None, reason: Reason) -> Iterator[Line]:
    """The lines of the right side from the j-th up to the side itself."""
    yield Line(last[j].formula, reason)
    for k in range(j, 0, -1):
        yield Line(last[k - 1].formula, last[k].reason)


def _middle(left: Formula, right: Formula, is_last: bool, setting: Setting) -> list[Line | None] | None:
    """The lines between two formulas, or None if no single idea leads from one to the other.

    The last line is `right` itself, or None where it needs no line of its own.
    """
    if canonical(left) == canonical(right):
        return [None]
    ours, theirs = products(left), products(right)
    pairs = _paired(ours, theirs, setting.hypotheses)
    if pairs is None:
        return None
    lines: list[Line | None] = []
    here = left
    expanded = _sum_of(ours)
    moved = _sum_of([_moved(p, q, m) for p, q, m in pairs])
    trivial = all(_is_renaming(m) and m.exact_ranges for _, _, m in pairs)
    complete = all(m.complete for _, _, m in pairs)
    if canonical(tidy(expanded)) != canonical(left) and _has_sum_inside(left):
        lines.append(Line(expanded, Reason("distribute")))
        here = expanded
    if not trivial:
        lines.append(Line(moved, _substitution(pairs, here, moved, setting)))
        here = moved
    elif not complete or _order_differs(pairs):
        exchanged = _sum_of([_moved(p, q, m) for p, q, m in pairs])
        if canonical(exchanged) != canonical(here):
            lines.append(Line(exchanged, Reason("exchange the order of summation")))
            here = exchanged
    for before, line in zip([left, *(ln.formula for ln in lines if ln)], lines, strict=False):
        if line is None or not setting.holds(before, line.formula):
            return None
    if complete:
        if canonical(here) == canonical(right):
            if lines and lines[-1] is not None and is_last:
                lines[-1] = Line(right, lines[-1].reason)
                return lines
            return [*lines, None] if not is_last or not lines else lines
        if not is_last and not _has_sum_inside(right):
            return [*lines, None] if setting.holds(here, right) else None
        rule = "factor out" if _has_sum_inside(right) else "reorder the factors"
        return [*lines, Line(right, Reason(rule))] if setting.holds(here, right) else None
    fitting = [h for h in setting.hypotheses if all(h.covers(m.differing) for _, _, m in pairs)]
    if not fitting or not setting.holds(here, right):
        return None
    told = [h for h in fitting if all(h.explains(_moved(p, q, m).factors, q.factors) for p, q, m in pairs)]
    return [*lines, Line(right, (told or fitting)[0].reason)]


def collected(left: Formula, right: Formula, setting: Setting, under: Setting) -> tuple[Formula, str] | None:
    """left − right as Σ of common factors times a difference of entries of the tensors that hypotheses are about.

    Also the names of the other tensors; None if the sides do not match so.
    """
    nothing: frozenset[Any] = frozenset()
    first, last = ([*_unfolding(side, nothing, setting)][-1].formula for side in (left, right))
    pairs = _paired(products(first), products(last), [h for h in under.hypotheses if h.tensors])
    if pairs is None:
        return None
    terms, others = [], dict[str, None]()
    for p, q, m in pairs:
        if not m.exact_ranges or m.complete:
            return None
        changed = _moved(p, q, m)
        common = [f for f in changed.factors if f in q.factors]
        ours = [f for f in changed.factors if f not in common]
        theirs = [f for f in q.factors if f not in common]
        terms.append(replace(changed, factors=(*common, minus(times(*ours), times(*theirs)))))
        others.update((t.name, None) for f in common for a in arrays(f) for t in nodes(a) if isinstance(t, Tensor))
    return _sum_of(terms), " and ".join(others)


def _paired(
    ours: Sequence[Product], theirs: Sequence[Product], hypotheses: Sequence[Known]
) -> list[tuple[Product, Product, Match]] | None:
    """Each product with the one that it becomes, but for what hypotheses may explain."""
    if len(ours) != len(theirs):
        return None
    rest = list(theirs)
    pairs = []
    for p in ours:
        found = [(q, m) for q in rest for m in matches(p, q) if _possible(m, hypotheses)]
        if not found:
            return None
        q, m = min(found, key=lambda item: (not item[1].complete, not _is_renaming(item[1]), not item[1].exact_ranges))
        rest.remove(q)
        pairs.append((p, q, m))
    return pairs


def _possible(match: Match, hypotheses: Sequence[Known]) -> bool:
    return match.complete or any(h.covers(match.differing) for h in hypotheses)


def _moved(p: Product, q: Product, match: Match) -> Product:
    return replace(p.substitute(match.values), bound=q.bound)


def _sum_of(terms: Sequence[Product]) -> Formula:
    return plus(*(t.formula for t in terms))


def _is_renaming(match: Match) -> bool:
    return all(v.is_atom and v.constant is None for v in match.values.values())


def _order_differs(pairs: Iterable[tuple[Product, Product, Match]]) -> bool:
    return any([m.values[n] for n, _, _ in p.bound] != [Poly.name(n) for n, _, _ in q.bound] for p, q, m in pairs)


def _has_sum_inside(formula: Formula) -> bool:
    """Whether a sum of terms stands under a Σ or in a product."""
    match formula:
        case Plus(terms):
            return any(map(_has_sum_inside, terms))
        case Sum(_, _, _, body) | When(_, body):
            return _holds_plus(body)
        case Times(factors):
            return any(map(_holds_plus, factors))
    return False


def _holds_plus(formula: Formula) -> bool:
    return isinstance(formula, Plus) or _has_sum_inside(formula)


def _substitution(
    pairs: Sequence[tuple[Product, Product, Match]], before: Formula, after: Formula, setting: Setting
) -> Reason:
    """The substitution of bound names in the names that the two lines are printed with."""
    old, new = setting.printing.renamed(before), setting.printing.renamed(after)
    told: dict[str, Poly] = {}
    for p, _, m in pairs:
        for name, _, _ in p.bound:
            value = m.values[name].substitute({k: Poly.name(v) for k, v in new.items()})
            if value != Poly.name(old.get(name, name)):
                told.setdefault(old.get(name, name), value)
    reason = setting.printing.substitution(told)
    if all(m.exact_ranges for _, _, m in pairs):
        return reason
    both = [term for p, q, m in pairs for term in (p, _moved(p, q, m))]
    extended = dict.fromkeys(a for term in both for a in outside(term, setting.ranges))
    return setting.printing.zero_outside(reason, list(extended))


# Telling a verdict


@dataclass(frozen=True)
class Told:
    """A statement of a claim, with what is needed to tell it."""

    stated: Statement
    claim: Any
    hypotheses: tuple[Hypothesis, ...]

    @cached_property
    def setting(self) -> Setting:
        """The setting of its chain."""
        from symconv.proving import formulas_equal

        stated, claim = self.stated, self.claim
        ranges = {
            n: d
            for axis, i in zip(stated.left.axes, stated.left_index, strict=True)
            for d, p in zip(axis.digits, axis.parts(i), strict=True)
            for n in p.names
        }
        taken = {*claim.sizes, *claim.parameters, *claim.functions, *(t.name for t in claim.tensors)}
        printing = Printing.of(stated.names, taken, (*claim.parameters,), claim.sizes)
        return Setting(
            lambda a, b: formulas_equal(a, b, stated.context),
            Ranges(ranges),
            printing,
            tuple(_known(self.hypotheses, printing)),
        )

    @property
    def sides(self) -> tuple[Formula, Formula]:
        """The two sides at the output index."""
        return self.stated.formulas


def _known(hypotheses: Sequence[Hypothesis], printing: Printing) -> Iterator[Known]:
    """Hypotheses on tensors one by one, those on sizes together."""
    on_sizes = [h for h in hypotheses if isinstance(h, SizeHypothesis)]
    for h in hypotheses:
        if isinstance(h, TensorHypothesis):
            names = (n.name for side in (h.left, h.right) for n in nodes(side) if isinstance(n, Tensor))
            yield Known(printing.hypothesis(h), frozenset(names), h)
    if on_sizes:
        yield Known(printing.conditions(on_sizes))


def told(claim: Any, link: Any, hypotheses: Sequence[Hypothesis]) -> Told:
    """The statement of a link under hypotheses, ready to be told."""
    return Told(statement(claim, link, hypotheses), claim, tuple(hypotheses))


def tell(result: Any) -> Derivation | None:
    """The derivation of a verdict; None for one that is undecided.

    >>> from symconv.proving import prove
    >>> print(prove("x[N], k[M]: convolve(x, k) == convolve(k, x)").derivation.text())
      convolve(x, k)[m]
    = Σ_{u=0}^{M-1} x[m-u]·k[u]                         definition of convolution
    = Σ_{u=0}^{N-1} x[u]·k[m-u]                         substitute u → m-u, entries outside x and k are zero
    = convolve(k, x)[m]                                 definition of convolution
    """
    from symconv import instances

    claim = result.claim
    if result.verdict == "unknown":
        return None
    if result.verdict == "refuted" or any(link.relation == "!=" for link in claim.links):
        return Derivation((*instances.counterexample(result), *_repaired(result)))
    if not claim.tensors and not claim.indices:
        literal = instances.literal(result)
        if literal is not None:
            return Derivation(literal)
    if claim.exactly is not None:
        return Derivation(tuple(chain for link in claim.links for chain in _exactly(claim, link)))
    return Derivation(tuple(_equalities(claim)))


def _equalities(claim: Any) -> Iterator[Chain]:
    """A chain for the links; each goes on where the one before ends."""
    steps: list[Step] = []
    for link in claim.links:
        made = told(claim, link, claim.hypotheses)
        more = derive(*made.sides, made.setting)
        if steps and steps[-1].formula == more[0].formula:
            more = more[1:]
        elif steps:
            yield Chain(tuple(steps))
            steps = []
        steps += more
    yield Chain(tuple(steps))


def _exactly(claim: Any, link: Any) -> Iterator[Chain]:
    """That the condition suffices, then that nothing else does."""
    condition = " and ".join(map(str, claim.exactly)).replace("==", "=")
    under = told(claim, link, (*claim.hypotheses, *claim.exactly))
    shown = " and ".join(map(under.setting.printing.shown, claim.exactly))
    yield Chain(derive(*under.sides, under.setting), f"If {condition}:", title_latex=f"If {shown}:")
    free = told(claim, link, claim.hypotheses)
    if free.stated.right_index is None:
        return
    from symconv import instances

    yield Chain(instances.only_if(free, under, condition), f"Only if {condition}:", title_latex=f"Only if {shown}:")


def _repaired(result: Any) -> Iterator[Chain]:
    """The derivation under the exact condition of a refuted claim."""
    from symconv.claims import parse
    from symconv.errors import SymconvError
    from symconv.proving import prove

    if result.verdict != "refuted" or result.claim.exactly is not None:
        return
    if result.condition is None or result.condition.text.endswith("== 0"):
        return
    word = " and " if result.claim.hypotheses else " if "
    text = f"{result.claim}{word}{result.condition.text}"
    if result.condition.restriction:
        text += f" and {result.condition.restriction}"
    try:
        repaired = prove(parse(text))
    except SymconvError:
        return
    if repaired.verdict == "proved":
        for chain in tell(repaired).chains:  # type: ignore[union-attr]
            yield replace(chain, title=f"It holds if {str(result.condition).replace('==', '=')}:")


__all__ = ["Chain", "Derivation", "Setting", "Step", "collected", "derive", "tell", "told"]
