"""A verdict told step by step: lines that each equal the one before, every pair proved by the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from time import thread_time
from typing import Any

from symconv.cases import cases
from symconv.claims import SizeHypothesis, TensorHypothesis
from symconv.derivations import entries
from symconv.derivations.chains import FALLBACK, route
from symconv.derivations.rewriting import Ranges, with_tensors
from symconv.derivations.setting import Known, Line, Setting
from symconv.errors import SymconvError
from symconv.hypotheses import broadcast
from symconv.kernel import presburger
from symconv.kernel.decide import Context
from symconv.kernel.formulas import Compare, Formula, Read, substitute
from symconv.kernel.polynomials import Poly
from symconv.kernel.terms import lower
from symconv.latex.layout import Given, Grid, Printing, Reason
from symconv.latex.symbols import Notation, current, using
from symconv.statements import Hypothesis, Statement, statement
from symconv.tensors import Tensor, TensorExpr
from symconv.traversal import tensor_names

#: The time to look for the route of one chain, and for the kernel to verify one of its lines.
SECONDS = 1.0


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
    """Lines that all are equal; `given` says what arrays are where numbers are told.

    `ranges` are the names of the output index in the lines, each with the size that it runs below.
    """

    steps: tuple[Step, ...]
    title: str = ""
    given: tuple[Given, ...] = ()
    title_latex: str = ""
    ranges: tuple[tuple[str, Poly], ...] = ()


@dataclass(frozen=True)
class Derivation:
    """The chains of lines that a verdict is told by, and how to tell them in another notation."""

    chains: tuple[Chain, ...]
    tell_again: Callable[[], Derivation | None] | None = field(default=None, repr=False, compare=False)
    notation: Notation = field(default_factory=current, repr=False, compare=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines of all chains."""
        return tuple(step for chain in self.chains for step in chain.steps)

    def retold(self) -> Derivation:
        """The same lines in the notation that is printed in now."""
        if self.notation == current() or self.tell_again is None:
            return self
        return self.tell_again() or self

    def latex(self, notation: Notation | None = None, reasons: str = "margin") -> str:
        r"""The lines as `align*` blocks that need amsmath only, in a notation.

        Reasons stand in the "margin" or between the lines, as "intertext".

        >>> from symconv.proving import prove
        >>> told = prove("x[N], k[M]: convolve(x, k) == convolve(k, x)").derivation
        >>> notation = Notation(convolution=r"\circledast", subscripts="A[i,j]", indices={"u": "r"})
        >>> print(told.latex(notation, reasons="intertext"))
        \begin{align*}
        &\mathrel{\phantom{=}} (x \circledast k)[m] \\
        \intertext{definition of convolution:}
        &= \sum_{r=0}^{M-1} x[m-r]\,k[r] \\
        \intertext{substitute $r \to m-r$, entries outside $x$ and $k$ are zero:}
        &= \sum_{r=0}^{N-1} x[r]\,k[m-r] \\
        \intertext{definition of convolution:}
        &= (k \circledast x)[m]
        \end{align*}
        """
        from symconv.latex import layout

        with using(notation):
            return "\n\n".join(layout.align(chain, reasons) for chain in self.retold().chains)

    def markdown(self, notation: Notation | None = None) -> str:
        """The lines as Markdown with display mathematics."""
        from symconv.latex import layout

        with using(notation):
            return "\n\n".join(map(layout.markdown, self.retold().chains))

    def html(self, notation: Notation | None = None) -> str:
        """The lines as HTML with MathML; needs the extra [docs]."""
        from symconv.latex import layout

        with using(notation):
            return "\n".join(map(layout.html, self.retold().chains))

    def text(self) -> str:
        """The lines for a terminal."""
        from symconv.latex import layout

        return "\n\n".join(map(layout.text, self.chains))

    def at(
        self, sizes: Mapping[str, int] | None = None, arrays: Mapping[str, Any] | None = None, index: Any = None
    ) -> Derivation:
        """The same lines with numbers in, one output entry after the other, or only the one at `index`.

        `arrays` gives each tensor; sizes that their shapes do not tell go into `sizes`. Raises
        `SymconvError` where an array or a size is missing or does not fit.

        >>> from symconv.proving import prove
        >>> told = prove("x[N], k[M]: convolve(x, k, 'valid') == correlate(x, flip(k), 'valid')").derivation
        >>> print(told.at(arrays={"x": [1, 2, 4], "k": [1, 3]}, index=(0,)))
        x = [1, 2, 4]
        k = [1, 3]
          convolve(x, k, "valid")[0]
        = 2·1 + 1·3                           definition of convolution
        = 1·3 + 2·1                           substitute u → M-1-u
        = correlate(x, flip(k), "valid")[0]   definition of correlation
        = 5                                   compute
        """
        from symconv.derivations.examples import worked

        return worked(self, sizes or {}, arrays or {}, index)

    def __str__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return self.latex()

    def _repr_html_(self) -> str | None:
        try:
            return self.html()
        except SymconvError:  # without the extra [docs] a notebook shows the LaTeX
            return None


def derive(left: Read, right: Read, setting: Setting) -> tuple[Step, ...]:
    """The lines from one side to the other, each pair of neighbours verified."""
    lines = route(left, right, setting)
    steps = verified(lines, setting)
    if all(step.verified for step in steps):
        return steps
    steps = verified(_without_unverified(lines, steps), setting)
    if all(step.verified for step in steps):
        return steps
    return verified([lines[0], Line(lines[-1].formula, Reason(FALLBACK))], setting)


def _without_unverified(lines: Sequence[Line], steps: Sequence[Step]) -> list[Line]:
    """The lines up to the first that the kernel did not confirm, and those from the last one on."""
    wrong = [i for i, step in enumerate(steps) if not step.verified]
    kept = lines[wrong[-1] :] if wrong[-1] < len(lines) - 1 else lines[-1:]
    return [*lines[: wrong[0]], Line(kept[0].formula, Reason(FALLBACK)), *kept[1:]]


def verified(lines: Sequence[Line], setting: Setting) -> tuple[Step, ...]:
    """The lines as steps, with what the kernel says to each."""
    steps = [Step(lines[0].formula, Reason(""), True, setting.printing)]
    for before, line in zip(lines, lines[1:], strict=False):
        steps.append(Step(line.formula, line.reason, setting.holds(before.formula, line.formula), setting.printing))
    return tuple(steps)


@dataclass(frozen=True)
class Told:
    """A statement of a claim, with what is needed to tell it."""

    stated: Statement
    claim: Any
    hypotheses: tuple[Hypothesis, ...]

    @cached_property
    def setting(self) -> Setting:
        """The setting of its chain."""
        stated, claim = self.shown, self.claim
        ranges = {
            n: d
            for axis, i in zip(stated.left.axes, stated.left_index, strict=True)
            for d, p in zip(axis.digits, axis.parts(i), strict=True)
            for n in p.names
        }
        ranges |= {n: size for n in stated.context.indices if n not in ranges and (size := _range(n, stated.context))}
        taken = {*claim.sizes, *claim.parameters, *claim.functions, *(t.name for t in claim.tensors)}
        coefficients = [t.coefficient for side in (stated.left, stated.right) for t in lower(side)]
        taken |= {"i"} if any(c != c.conjugate() for c in coefficients) else set()
        printing = Printing.of(stated.names, taken, (*claim.parameters,), claim.sizes, claim.indices)
        put_in = stated.substituted if stated is not self.stated else {}

        context = self.stated.context
        plain = replace(context, symmetries={}, zeros=())

        def given(left: Formula, right: Formula) -> bool:
            return _equal(with_tensors(left, put_in), with_tensors(right, put_in), context)

        def plainly(left: Formula, right: Formula) -> bool:
            alike = (with_tensors(left, put_in) == left) == (with_tensors(right, put_in) == right)
            return alike and _equal(left, right, plain)

        return Setting(
            given,
            plainly if put_in or plain != context else None,
            Ranges(ranges),
            printing,
            tuple(_known(self.hypotheses, printing, stated.solved)),
            tuple(_definitions(self.hypotheses, put_in)),
            deadline=thread_time() + SECONDS,
        )

    @cached_property
    def shown(self) -> Statement:
        """The statement with its sides as they are written.

        Where an expression that a hypothesis puts in for a tensor has other axes, it stays put in.
        """
        stated, claim = self.stated, self.claim
        own = {t.name: t.replace_names(stated.solved).axes for t in claim.tensors}
        if any(value.axes != own[name] for name, value in stated.substituted.items()):
            return stated
        sides = broadcast(stated.link.left, stated.link.right)
        dotted = {name: Poly.name(f"{name}.x") for name in claim.indices}
        left, right = (side.replace_names(stated.solved).replace_names(dotted) for side in sides)
        made = replace(stated, left=left, right=right).indexed()
        return stated if made.right_index is None or made.names != stated.names else made

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
    own = [c.poly for c in context.conditions if isinstance(c, Compare) and name in c.poly.names]
    uppers = [p + Poly.name(name) + 1 for p in own if p.coefficient(name) == -1]
    starts = any(p == Poly.name(name) for p in own)
    return uppers[0] if starts and len(own) == 2 and len(uppers) == 1 else None


def _equal(left: Formula, right: Formula, context: Context) -> bool:
    """Whether the kernel proves a pair of lines, within the time of one."""
    from symconv.proving import formulas_equal

    try:
        with presburger.budget(SECONDS):
            return formulas_equal(left, right, context)
    except presburger.Undecided:
        return False


def _definitions(
    hypotheses: Sequence[Hypothesis], put_in: Mapping[str, TensorExpr]
) -> Iterator[tuple[str, TensorExpr, TensorHypothesis]]:
    """The tensors that hypotheses define by others, with what they are."""
    for name, value in put_in.items():
        for h in hypotheses:
            sides = (h.left, h.right) if isinstance(h, TensorHypothesis) else ()
            if name not in tensor_names(value) and any(isinstance(s, Tensor) and s.name == name for s in sides):
                yield name, value, h  # type: ignore[misc]
                break


def _known(hypotheses: Sequence[Hypothesis], printing: Printing, solved: Mapping[str, Poly]) -> Iterator[Known]:
    """Hypotheses on tensors one by one, those on sizes together."""
    on_sizes = [h for h in hypotheses if isinstance(h, SizeHypothesis)]
    for h in hypotheses:
        if isinstance(h, TensorHypothesis):
            sides = [side.replace_names(solved) for side in broadcast(h.left, h.right)]
            names = tensor_names(h.left) | tensor_names(h.right)
            yield Known(printing.hypothesis(h), frozenset(names), replace(h, left=sides[0], right=sides[1]))
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
    chains = _chains(result)
    return None if chains is None else Derivation(chains, partial(tell, result))


def _chains(result: Any) -> tuple[Chain, ...] | None:
    """The chains of a verdict; None for one that is undecided."""
    from symconv.derivations import instances

    claim = result.claim
    if result.verdict == "unknown":
        return None
    if result.verdict == "refuted" or any(link.relation == "!=" for link in claim.links):
        return (*instances.counterexample(result), *_repaired(result))
    if not (claim.tensors or claim.indices or claim.sizes or claim.parameters):
        literal = instances.literal(result)
        if literal is not None:
            return literal
    if claim.exactly is not None:
        return tuple(chain for link in claim.links for chain in _exactly(claim, link))
    return tuple(_equalities(claim))


def _equalities(claim: Any) -> Iterator[Chain]:
    """A chain for the links; each goes on where the one before ends."""
    steps: list[Step] = []
    ranges: tuple[tuple[str, Poly], ...] = ()
    for link in claim.links:
        made = told(claim, link, claim.hypotheses)
        tables = entries.has_tables(*made.stated.formulas)
        each = _entry_by_entry(made) if tables else ()
        more = () if each else _multiplied_out(made) if tables else derive(*made.sides, made.setting)
        if not tables and not _is_told(more):
            each = _entry_by_entry(made) or _by_cases(made, link, more)
        if each:
            yield from (_whole(steps, ranges), *each) if steps else each
            steps = []
            continue
        if steps and steps[-1].formula == more[0].formula:
            more = more[1:]
        elif steps:
            yield _whole(steps, ranges)
            steps = []
        steps += more
        ranges = made.ranges
    if steps:
        yield _whole(steps, ranges)


def _whole(steps: Sequence[Step], ranges: tuple[tuple[str, Poly], ...], title: str = "", latex: str = "") -> Chain:
    """The steps as a chain; a single line is told to be both sides."""
    again = [replace(steps[0], reason=Reason("both sides read the same"))] if len(steps) == 1 else []
    return Chain((*steps, *again), title, title_latex=latex, ranges=ranges)


def _multiplied_out(made: Told) -> tuple[Step, ...]:
    """Literal arrays of too many entries to be told one by one, as one line if all sizes are numbers."""
    left, right = made.sides
    if made.stated.context.sizes or made.stated.context.parameters:
        return derive(left, right, made.setting)
    return verified([Line(left), Line(right, Reason(entries.MULTIPLIED_OUT))], made.setting)


def _entry_by_entry(made: Told) -> tuple[Chain, ...]:
    """A chain for each entry of arrays of a few entries; none where that does not succeed either."""
    left, right = made.sides
    setting = made.setting
    chains = []
    for values in entries.places(left) or ():
        lines = entries.route_at(substitute(left, values), substitute(right, values), setting)
        steps = verified(lines, setting) if lines else ()
        if not steps or not all(step.verified for step in steps):
            return ()
        at = ", ".join(f"{setting.printing.free.get(n, n)} = {v}" for n, v in values.items())
        titles = (f"For {at}:", f"For ${at}$:") if at else ("", "")
        chains.append(Chain(steps, titles[0], title_latex=titles[1]))
    return tuple(chains)


def _is_told(steps: Sequence[Step]) -> bool:
    """Whether all steps are verified, and none is by arithmetic alone."""
    return all(step.verified and FALLBACK not in step.rule for step in steps)


def _by_cases(made: Told, link: Any, steps: Sequence[Step]) -> tuple[Chain, ...]:
    """A chain for each alternative of an `or` among the hypotheses; none where that is no better than the steps."""
    chains = []
    for part in cases(made.hypotheses, made.stated):
        try:
            own = told(made.claim, link, part)
        except SymconvError:
            return ()
        lines = derive(*own.sides, own.setting)
        if not all(s.verified for s in lines) or not (_is_told(lines) or not all(s.verified for s in steps)):
            return ()
        added = [h for h in part if h not in made.hypotheses]
        text = " and ".join(h.text for h in added).replace("==", "=")
        shown = " and ".join(map(own.setting.printing.shown, added))
        chains.append(_whole(lines, own.ranges, f"For {text}:", f"For {shown}:"))
    return tuple(chains)


def _certified(made: Told, given: Sequence[TensorHypothesis]) -> tuple[Step, ...]:
    """Both sides of a claim that is proved from the equations of its condition, which no line in between could use."""
    left, right = made.sides
    reason = made.setting.printing.conditions(given) if given else Reason(FALLBACK)
    printing = made.setting.printing
    return Step(left, Reason(""), True, printing), Step(right, reason, True, printing)


def _exactly(claim: Any, link: Any) -> Iterator[Chain]:
    """That the condition suffices, then that nothing else does; the claim is proved."""
    condition = " and ".join(map(str, claim.exactly)).replace("==", "=")
    under = told(claim, link, (*claim.hypotheses, *claim.exactly))
    shown = " and ".join(map(under.setting.printing.shown, claim.exactly))
    lines = derive(*under.sides, under.setting)
    each = () if _is_told(lines) else _by_cases(under, link, lines)
    if not each and not all(step.verified for step in lines):
        lines = _certified(under, [h for h in claim.exactly if isinstance(h, TensorHypothesis)])
    yield from each or [_whole(lines, under.ranges, f"If {condition}:", f"If {shown}:")]
    free = told(claim, link, claim.hypotheses)
    if free.stated.right_index is None:
        return
    from symconv.derivations import instances

    yield Chain(instances.only_if(free, under, condition), f"Only if {condition}:", title_latex=f"Only if {shown}:")


def _repaired(result: Any) -> Iterator[Chain]:
    """The derivation under the exact condition of a refuted claim."""
    from symconv.claims import parse
    from symconv.errors import SymconvError
    from symconv.proving import prove

    if result.verdict != "refuted" or result.claim.exactly is not None:
        return
    if result.condition is None:
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
        added = [h for h in repaired.claim.hypotheses if h not in result.claim.hypotheses]
        shown = " and ".join(map(Printing().shown, added))
        title = f"It holds if {str(result.condition).replace('==', '=')}"
        for chain in tell(repaired).chains:  # type: ignore[union-attr]
            case = "; f" + chain.title[1:] if chain.title.startswith("For ") else ":"
            case_latex = "; f" + chain.title_latex[1:] if chain.title.startswith("For ") else ":"
            yield replace(chain, title=title + case, title_latex=f"It holds if {shown}{case_latex}")


__all__ = ["Chain", "Derivation", "Setting", "Step", "derive", "tell", "told"]
