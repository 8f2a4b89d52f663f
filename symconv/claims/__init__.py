"""Claims: what is declared, what is asserted of it, and under which hypotheses.

    A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid") iff K == flip(K)

`parse` reads the text of a claim, `from_expressions` makes a claim of two Python expressions, and
the text of either reads back as an equal claim.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import sympy
from sympy import Symbol
from sympy.core.basic import Basic
from sympy.logic.boolalg import BooleanAtom
from sympy.matrices.matrixbase import MatrixBase

from symconv.algebra.polynomials import Poly
from symconv.claims.declarations import declarations
from symconv.claims.expression_reader import links_of
from symconv.claims.free_indices import free_indices
from symconv.claims.hypothesis_records import (
    ExactCondition,
    Hypothesis,
    HypothesisText,
    NoCondition,
    SizeHypothesis,
    TensorHypothesis,
    conjunction,
)
from symconv.claims.integer_names import survey
from symconv.claims.names import Names
from symconv.claims.program_calls import known_facts
from symconv.claims.reader_state import Reader
from symconv.claims.stated_hypotheses import (
    expressions_in,
    hypotheses_of,
    read_hypotheses,
    truth_value,
    whole_text,
)
from symconv.claims.syntax import Source, Span, outline
from symconv.errors import SymconvError
from symconv.expressions import hooks
from symconv.expressions.conversion import symbol
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Operation, Tensor, TensorExpr, as_tensor
from symconv.formulas.conditions import All, Compare, Condition, condition_names
from symconv.kernel.statement import Statement
from symconv.printing.as_latex import claim_latex
from symconv.printing.notation import Notation, using

__all__ = [
    "Claim",
    "ExactCondition",
    "Hypothesis",
    "HypothesisText",
    "Link",
    "NoCondition",
    "SizeHypothesis",
    "TensorHypothesis",
    "from_expressions",
    "hypothesis",
    "parse",
]


@dataclass(frozen=True)
class Link:
    """One comparison of a chain; `relation` is "==" or "!="."""

    left: TensorExpr
    relation: str
    right: TensorExpr


@dataclass(frozen=True, repr=False)
class Claim:
    """A statement for all sizes and all tensors.

    `indices` are the free index names of the first member, `ranges` what keeps that member in
    range; `sizes` are the names in declared shapes; `parameters` are all other integer names, among them
    those free indices that a hypothesis on tensors names (`fixed`): it is another hypothesis for each of their values.
    `exactly` is the condition after `iff`; `spans` are the places of nodes in the text. `taken` are the ranges
    that a formula in LaTeX leaves out, with the entries that they are taken from; `uses` are the names of the
    definitions in it. `needs` is what divisions of numbers
    need, also those that cancel. `spelling` is the notation of the author of a formula.

    >>> claim = parse("x[n], y[n]: x + y == y + x")
    >>> claim.sizes, str(claim)
    (('n',), 'x[n], y[n]: x + y == y + x')
    """

    text: str = field(compare=False)
    tensors: tuple[Tensor, ...]
    functions: tuple[str, ...]
    links: tuple[Link, ...]
    indices: tuple[str, ...]
    ranges: tuple[Compare, ...]
    sizes: tuple[str, ...]
    parameters: tuple[str, ...]
    hypotheses: tuple[Hypothesis, ...] = ()
    exactly: tuple[Hypothesis, ...] | None = None
    spans: Mapping[TensorExpr | Hypothesis, Span] = field(default_factory=dict, compare=False, repr=False)
    taken: tuple[str, ...] = field(default=(), compare=False, repr=False)
    uses: tuple[str, ...] = field(default=(), compare=False, repr=False)
    spelling: Notation | None = field(default=None, compare=False, repr=False)
    needs: tuple[Condition, ...] = field(default=(), compare=False, repr=False)
    integers: tuple[str, ...] = field(default=(), compare=False)
    fixed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        on_tensors = [h for h in (*self.hypotheses, *(self.exactly or ())) if isinstance(h, TensorHypothesis)]
        named = {name for h in on_tensors for side in (h.left, h.right) for name in side.free_names}
        fixed = tuple(name for name in self.indices if name in named)
        if fixed:
            object.__setattr__(self, "indices", tuple(name for name in self.indices if name not in fixed))
            object.__setattr__(self, "parameters", (*self.parameters, *fixed))
            object.__setattr__(self, "fixed", (*self.fixed, *fixed))

    @staticmethod
    def from_latex(latex: str, declare: str = "", macros: Any = "", base: int | None = None) -> Claim:
        r"""Read a claim in LaTeX, whose declarations stand before a colon or in `declare`.

        `macros` are definitions such as \newcommand{\tr}{\operatorname{tr}}, which may also stand before the formula.
        Its reading as claim text is `str(claim)`. `base` is where indices start, 0 or 1; None leaves that to the
        formula. Raises `SymconvError`, with the place, for what is not
        known or can be read in two ways, and `Unsupported` without the extra [latex].

        >>> print(Claim.from_latex(r"x * k = k * x", declare="x[N], k[M]"))
        x[N], k[M]: convolve(x, k) == convolve(k, x)
        """
        made: Claim = hooks.call("latex_claim", latex, declare, macros, base)
        return made

    def latex(self, notation: Any = None) -> str:
        """The claim as a LaTeX formula, in a `symconv.Notation`."""
        with using(notation or self.spelling):
            return claim_latex(self)

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The names that are a whole dimension or a factor of one, and so 1 or more; others in a size may be 0."""
        sizes = (axis.size for tensor in self.tensors for axis in tensor.axes)
        products = [factors for size in sizes if len(size.terms) == 1 for factors in size.terms]
        return tuple(name for name in self.sizes if any(name in product for product in products))

    @property
    def added_operators(self) -> tuple[str, ...]:
        """The operators in it that are not symconv's own, in the order in which they were added."""
        hypotheses = [h for h in (*self.hypotheses, *(self.exactly or ())) if isinstance(h, TensorHypothesis)]
        sides = [side for link in self.links for side in (link.left, link.right)]
        sides += [side for h in hypotheses for side in (h.left, h.right)]
        used = {node.operator.name for side in sides for node in side.atoms(Operation)} & REGISTRY.added
        return tuple(name for name in REGISTRY if name in used)

    def statement(
        self,
        link: Link,
        hypotheses: Iterable[Hypothesis] | None = None,
        *,
        exactly: bool = False,
        assumptions: tuple[Condition, ...] = (),
    ) -> Statement:
        """What a link says, under the hypotheses of the claim (`exactly`: and its condition), or under others."""
        if hypotheses is None:
            hypotheses = (*self.hypotheses, *((self.exactly or ()) if exactly else ()))
        on_sizes = [h.condition for h in hypotheses if isinstance(h, SizeHypothesis)]
        on_tensors = [h for h in hypotheses if isinstance(h, TensorHypothesis)]
        shapes = [c for h in on_tensors for c in h.equal_shapes]
        axes = [axis.size for tensor in self.tensors for axis in tensor.axes]
        inside = tuple(name for name in self.sizes if name not in self.dimensions)
        declared = [Compare(Poly.name(name), ">=") for name in inside]
        declared += [Compare(size - 1, ">=") for size in axes if str(size) not in self.dimensions]
        return Statement(
            link.left,
            link.right,
            self.dimensions,
            (*inside, *self.parameters),
            self.indices,
            tuple(dict.fromkeys([*on_sizes, *shapes, *self.ranges, *declared])),
            tuple(h.equation for h in on_tensors),
            assumptions,
        )

    def assuming(self, hypotheses: Iterable[Any]) -> Claim:
        """The claim under further hypotheses, in any form that `prove(…, assuming=…)` takes."""
        return _assume(self, list(hypotheses))

    def exact_condition(self, text: str) -> ExactCondition:
        """A condition of this claim as it is printed, perhaps with `(exact if …)` at its end.

        >>> print(parse("x[n], k[m]: convolve(x, k) == x").exact_condition("m == 1 and k == 1").hypotheses[1])
        k == 1
        """
        said, limited, rest = text.partition("(exact if ")
        if not limited:
            return ExactCondition(self._further(text))
        limits = [h.condition for h in self._further(rest.rstrip().removesuffix(")")) if isinstance(h, SizeHypothesis)]
        return ExactCondition(self._further(said), All(tuple(limits)))

    def _further(self, text: str) -> tuple[Hypothesis, ...]:
        return self.assuming([text]).hypotheses[len(self.hypotheses) :]

    def __repr__(self) -> str:
        return f"<claim: {self}>"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"

    def __str__(self) -> str:
        declared = [*map(_declaration, self.tensors), *(f"{p} int" for p in self.integers)]
        declared += [f"{f}()" for f in self.functions]
        sides = [str(self.links[0].left), *(f"{link.relation} {link.right}" for link in self.links)]
        text = ", ".join(declared) + ": " * bool(declared) + " ".join(sides)
        for word, hypotheses in (("if", self.hypotheses), ("iff", self.exactly)):
            if hypotheses:
                text += f" {word} {conjunction(hypotheses)}"
        return text


def parse(text: str, programs: Mapping[str, Any] | None = None) -> Claim:
    """Read a claim; raises `SymconvError`, with the place in the text, for anything else.

    `programs` are the functions of source files that it calls, as `symconv.from_file` finds them.

    >>> parse("x[n], k[m]: convolve(x, k) == convolve(k, y)")
    Traceback (most recent call last):
        ...
    symconv.errors.SymconvError: unknown name 'y'
      x[n], k[m]: convolve(x, k) == convolve(k, y)
                                                ^
    hint: declare it before a colon, as in 'y[n]: …', 'y: …' or 'y int: …'
    """
    if not isinstance(text, str):
        raise SymconvError(f"a claim is a text, not {type(text).__name__}")
    source = Source(text)
    parts = outline(source)
    reader = Reader(Names(source, programs=programs or {}))
    declarations(reader, parts.declarations)
    sides = source.parse(
        parts.sides, hint=None if parts.declarations else "declarations end with a colon: A[H,W], b: …"
    )
    return assembled(reader, sides, *(source.parse(p) if p else None for p in (parts.hypotheses, parts.exactly)))


def assembled(reader: Reader, sides: ast.expr, condition: ast.expr | None, exact: ast.expr | None) -> Claim:
    """The claim of syntax trees: a chain, its hypotheses, and its exact condition."""
    source = reader.source
    names = reader.names
    survey(names, sides)
    hypotheses: tuple[Hypothesis, ...] | None = None
    if names.programs:
        stated = {n.id for n in ast.walk(condition) if isinstance(n, ast.Name)} if condition is not None else set()
        names.integers |= (stated & names.free) - {*names.tensors, *names.functions}
        hypotheses = _supposed(reader, condition)
        reader.known = known_facts(names.tensors.values(), hypotheses)
    links = tuple(Link(*link) for link in links_of(reader, sides))
    if hypotheses is None:
        hypotheses = _supposed(reader, condition)
    exactly = None if exact is None else _supposed(reader, exact)
    needs = tuple(dict.fromkeys(reader.needs.conditions))
    if exactly is not None and any(link.relation == "!=" for link in links):
        raise source.error("'iff' says when two sides are equal", source.places[sides], "write == before 'iff'")
    tensors, functions = tuple(names.tensors.values()), tuple(names.functions)
    try:
        claim = _claim(
            tensors, functions, links, hypotheses, exactly, source.text, reader.spans, needs, tuple(names.parameters)
        )
        return replace(claim, taken=tuple(dict.fromkeys(reader.taken)))
    except SymconvError as error:
        raise error.located(source.text, source.places[sides]) from None


def _supposed(reader: Reader, node: ast.expr | None) -> tuple[Hypothesis, ...]:
    """The hypotheses of a syntax tree, none where there is none."""
    reader.names.is_supposing = True
    read = () if node is None else tuple(read_hypotheses(reader, node))
    reader.names.is_supposing = False
    return read


def hypothesis(text: str, tensors: Sequence[Tensor] = ()) -> HypothesisText:
    """A hypothesis as text, for `assuming=`; it may name what the claim or `tensors` hold.

    >>> print(hypothesis("K == flip(K)"))
    K == flip(K)
    """
    if isinstance(text, (bool, Basic)):
        raise truth_value(text, "a hypothesis")
    if not isinstance(text, str):
        raise SymconvError(f"{text!r} is not the text of a hypothesis")
    source = Source(text)
    source.parse(whole_text(source))
    return HypothesisText(text, tuple(tensors))


def from_expressions(left: Any, right: Any = None, assuming: Any = (), relation: str = "==") -> Claim:
    """The claim that two Python expressions are equal, under hypotheses in Python or as text.

    `left` may be a SymPy `Eq` or `Ne` that holds both sides.

    >>> from symconv import Tensor, sizes
    >>> x = Tensor("x", sizes("n"))
    >>> print(from_expressions(x + x, 2 * x))
    x[n]: x + x == 2*x
    """
    if right is None and isinstance(left, (sympy.Eq, sympy.Ne)):
        relation, (left, right) = left.rel_op, left.args
    left, right = _of_sympy(left, right)
    if right is None and not isinstance(left, (bool, BooleanAtom)):
        raise SymconvError("a claim has two sides", hint="prove(left, right), prove(Eq(left, right)) or claim text")
    link = Link(_side(left), relation, _side(right))
    entries = list(assuming) if isinstance(assuming, (list, tuple, set)) else [assuming]
    return _assume(_claim((), (), (link,), (), None, text=""), entries)


def _of_sympy(left: Any, right: Any) -> tuple[Any, Any]:
    """The sides, those that hold SymPy's own arrays, sums or cases read as tensors."""
    if not any(isinstance(s, (Basic, MatrixBase)) and not isinstance(s, TensorExpr) for s in (left, right)):
        return left, right
    if right is None or not any(hooks.call("is_sympy", side) for side in (left, right)):
        return left, right
    if not all(isinstance(s, (Basic, MatrixBase)) for s in (left, right)):
        left, right = (s if isinstance(s, (Basic, MatrixBase)) else as_tensor(s) for s in (left, right))
    first, second = hooks.call("sympy_expressions", left, right)
    return first, second


def _assume(claim: Claim, entries: list[Any]) -> Claim:
    """The claim with everything declared that it and the entries mention, and the entries assumed."""
    sides = [side for link in claim.links for side in (link.left, link.right)]
    found = [*sides, *(_plain(e) for entry in entries for e in expressions_in(entry))]
    tensors = _tensors([*claim.tensors, *found])
    functions = tuple(dict.fromkeys([*claim.functions, *(name for e in found for name in _functions(e))]))
    integers = set().union(*map(_names, sides))

    def reader(source: Source, more: tuple[Tensor, ...]) -> Reader:
        names = Names(source, functions=list(functions), integers=set(integers), parameters=list(claim.integers))
        for tensor in _tensors([*tensors, *more]):
            names.declare(tensor)
        return Reader(names)

    hypotheses = [*claim.hypotheses, *(_plain_hypothesis(h) for entry in entries for h in hypotheses_of(entry, reader))]
    stated = tensors, functions, claim.links, tuple(hypotheses), claim.exactly
    return _claim(*stated, spans=claim.spans, needs=claim.needs, integers=claim.integers)


def _claim(
    tensors: tuple[Tensor, ...],
    functions: tuple[str, ...],
    links: tuple[Link, ...],
    hypotheses: tuple[Hypothesis, ...],
    exactly: tuple[Hypothesis, ...] | None,
    text: str | None = None,
    spans: Mapping[TensorExpr | Hypothesis, Span] | None = None,
    needs: tuple[Condition, ...] = (),
    integers: tuple[str, ...] = (),
) -> Claim:
    """The claim with everything that follows from its parts."""
    sizes = tuple(dict.fromkeys(name for t in tensors for axis in t.axes for name in sorted(axis.size.names)))
    members = [links[0].left, *(link.right for link in links)]
    indices, ranges = free_indices(members, (*sizes, *integers))
    names = set().union(*map(_names, members))
    for h in (*hypotheses, *(exactly or ())):
        names |= condition_names(h.condition) if isinstance(h, SizeHypothesis) else _names(h.left) | _names(h.right)
    names |= {name for need in needs for name in condition_names(need)}
    parameters = tuple(sorted(names.union(integers) - {*sizes, *indices}))
    places = dict(spans or {})
    made = Claim("", tensors, functions, links, indices, ranges, sizes, parameters, hypotheses, exactly, places)
    made = replace(made, needs=needs, integers=integers)
    if text is None:
        made = replace(made, integers=integers or _to_declare(made))
    return replace(made, text=str(made) if text is None else text)


def _to_declare(claim: Claim) -> tuple[str, ...]:
    """The parameters that its text has to declare: those that stand nowhere where only an integer can."""
    if not claim.parameters:
        return ()
    source = Source(str(claim))
    names = Names(source, functions=list(claim.functions))
    survey(names, source.parse(outline(source).sides))
    return tuple(p for p in claim.parameters if p not in names.integers)


# Names in Python expressions


def _side(value: Any) -> TensorExpr:
    if isinstance(value, (bool, BooleanAtom)):
        raise truth_value(value, "a side")
    try:
        return _plain(as_tensor(value))
    except SymconvError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise SymconvError(f"this is no expression as SymPy itself forms it: {error}") from None


def _plain(expr: TensorExpr) -> TensorExpr:
    """The expression with every size and index the symbol that claims use for its name."""
    names = {s: symbol(s.name) for s in expr.atoms(Symbol)}
    return expr.xreplace({s: own for s, own in names.items() if s != own})


def _plain_hypothesis(entry: Hypothesis) -> Hypothesis:
    if isinstance(entry, SizeHypothesis):
        return entry
    return replace(entry, left=_plain(entry.left), right=_plain(entry.right))


def _names(expr: TensorExpr) -> set[str]:
    return {s.name for s in expr.free_symbols if isinstance(s, Symbol)}


def _tensors(expressions: Iterable[TensorExpr]) -> tuple[Tensor, ...]:
    """The tensors in order of appearance; one name is one tensor."""
    found: dict[str, Tensor] = {}
    for expression in expressions:
        for node in sympy.preorder_traversal(expression):
            if isinstance(node, Tensor) and found.setdefault(node.name, node) != node:
                raise SymconvError(f"two tensors are called '{node.name}'", hint="give them different names")
    return tuple(found.values())


def _functions(expression: TensorExpr) -> list[str]:
    nodes = sympy.preorder_traversal(expression)
    return [n.arguments["name"] for n in nodes if isinstance(n, Operation) and n.operator.name == "call"]


# Text


def _declaration(tensor: Tensor) -> str:
    sizes = f"[{','.join(str(axis.size) for axis in tensor.axes)}]" if tensor.axes else ""
    return tensor.name + sizes + " complex" * tensor.is_complex_valued
