"""Claims: what is declared, what is asserted of it, and under which hypotheses.

    A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid") iff K == flip(K)

`parse` reads the text of a claim, `from_expressions` makes a claim of two Python expressions, and
the text of either reads back as an equal claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, TypeAlias

import sympy
from sympy.core.basic import Basic
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from symconv.claim_reader import Reader
from symconv.claim_syntax import Source, Span, outline
from symconv.conversion import to_poly
from symconv.errors import SymconvError
from symconv.kernel.formulas import All, AnyOf, Compare, Condition, Negation
from symconv.kernel.polynomials import Poly
from symconv.tensors import Operation, Tensor, TensorExpr, as_tensor


@dataclass(frozen=True)
class Link:
    """One comparison of a chain; `relation` is "==" or "!="."""

    left: TensorExpr
    relation: str
    right: TensorExpr


@dataclass(frozen=True)
class SizeHypothesis:
    """A condition on sizes and parameters."""

    condition: Condition
    text: str = field(compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class TensorHypothesis:
    """Two expressions that are equal, shapes included."""

    left: TensorExpr
    right: TensorExpr
    text: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.left} == {self.right}"


Hypothesis: TypeAlias = SizeHypothesis | TensorHypothesis


@dataclass(frozen=True)
class Claim:
    """A statement for all sizes and all tensors.

    `indices` are the free index names of the first member, `ranges` what keeps that member in
    range; `sizes` are the names in declared shapes; `parameters` are all other integer names.
    `exactly` is the condition after `iff`.

    >>> claim = parse("x[n], y[n]: x + y == y + x")
    >>> print(claim, claim.sizes)
    x[n], y[n]: x + y == y + x ('n',)
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
    spans: Mapping[TensorExpr, Span] = field(default_factory=dict, compare=False, repr=False)

    def latex(self) -> str:
        """The claim as a LaTeX formula."""
        from symconv.latex.printer import claim_latex

        return claim_latex(self)

    def assuming(self, hypotheses: Iterable[Any]) -> Claim:
        """The claim under further hypotheses, in any form that `prove(…, assuming=…)` takes."""
        more = tuple(chain.from_iterable(_hypotheses(h, self.tensors, self.functions) for h in hypotheses))
        return _claim(self.tensors, self.functions, self.links, (*self.hypotheses, *more), self.exactly, spans=self.spans)

    def __str__(self) -> str:
        declared = [_declaration(t) for t in self.tensors] + [f"{f}()" for f in self.functions]
        sides = [str(self.links[0].left), *(f"{link.relation} {link.right}" for link in self.links)]
        text = ", ".join(declared) + ": " * bool(declared) + " ".join(sides)
        for word, hypotheses in (("if", self.hypotheses), ("iff", self.exactly)):
            if hypotheses:
                text += f" {word} " + " and ".join(map(_conjunct, hypotheses))
        return text


def parse(text: str) -> Claim:
    """Read a claim; raises `SymconvError`, with the place in the text, for anything else.

    >>> parse("x[n], k[m]: convolve(x, k) == convolve(k, y)")
    Traceback (most recent call last):
        ...
    symconv.errors.SymconvError: unknown name 'y'
      x[n], k[m]: convolve(x, k) == convolve(k, y)
                                                ^
    hint: declare it before a colon, as in 'y[n]: …'
    """
    if not isinstance(text, str):
        raise SymconvError(f"a claim is a text, not {type(text).__name__}")
    source = Source(text)
    parts = outline(source)
    reader = Reader(source)
    reader.declared(parts.declarations)
    sides = source.parse(parts.sides)
    reader.survey(sides)
    links = tuple(Link(*link) for link in reader.links(sides))
    hypotheses = () if parts.hypotheses is None else tuple(_read_conditions(reader, parts.hypotheses))
    exactly = None if parts.exactly is None else tuple(_read_conditions(reader, parts.exactly))
    if exactly is not None and any(link.relation == "!=" for link in links):
        raise source.error("'iff' states when two sides are equal", parts.sides, "write == before 'iff'")
    return _claim(tuple(reader.tensors.values()), tuple(reader.functions), links, hypotheses, exactly, text, reader.spans)


@dataclass(frozen=True)
class HypothesisText:
    """A hypothesis whose names get their meaning from the claim that it is used with."""

    text: str
    tensors: tuple[Tensor, ...] = ()

    def __str__(self) -> str:
        return self.text


def hypothesis(text: str, tensors: Sequence[Tensor] = ()) -> HypothesisText:
    """A hypothesis as text, for `assuming=`; it may name tensors that the claim or `tensors` hold.

    >>> print(hypothesis("K == flip(K)"))
    K == flip(K)
    """
    if not isinstance(text, str):
        raise _boolean(text) if isinstance(text, (bool, Basic)) else SymconvError(f"{text!r} is not the text of a hypothesis")
    source = Source(text)
    source.parse(_whole(source))
    return HypothesisText(text, tuple(tensors))


def from_expressions(left: Any, right: Any, assuming: Iterable[Any] = (), relation: str = "==") -> Claim:
    """The claim that two Python expressions are equal, under hypotheses in Python or as text.

    >>> from symconv import Tensor, sizes
    >>> x = Tensor("x", sizes("n"))
    >>> print(from_expressions(x + x, 2 * x))
    x[n]: x + x == 2*x
    """
    if isinstance(assuming, (str, bool, Basic, HypothesisText, SizeHypothesis, TensorHypothesis)):
        assuming = [assuming]
    assuming = list(assuming)
    sides = (_side(left), _side(right))
    found = [*sides, *(part for entry in assuming for part in _expressions(entry))]
    tensors, functions = _tensors(found), tuple(dict.fromkeys(chain.from_iterable(map(_functions, found))))
    hypotheses = tuple(chain.from_iterable(_hypotheses(entry, tensors, functions) for entry in assuming))
    return _claim(tensors, functions, (Link(sides[0], relation, sides[1]),), hypotheses, None)


def _claim(
    tensors: tuple[Tensor, ...],
    functions: tuple[str, ...],
    links: tuple[Link, ...],
    hypotheses: tuple[Hypothesis, ...],
    exactly: tuple[Hypothesis, ...] | None,
    text: str | None = None,
    spans: Mapping[TensorExpr, Span] | None = None,
) -> Claim:
    """The claim with everything that follows from its parts."""
    sizes = tuple(dict.fromkeys(name for t in tensors for axis in t.axes for name in sorted(axis.size.names)))
    members = [links[0].left, *(link.right for link in links)]
    indices, ranges = _free_indices(members[0], sizes)
    names = {symbol.name for member in members for symbol in member.free_symbols if isinstance(symbol, sympy.Symbol)}
    for h in (*hypotheses, *(exactly or ())):
        names |= _condition_names(h.condition) if isinstance(h, SizeHypothesis) else _names(h.left) | _names(h.right)
    parameters = tuple(sorted(names - {*sizes, *indices}))
    made = Claim("", tensors, functions, links, indices, ranges, sizes, parameters, hypotheses, exactly, dict(spans or {}))
    return replace(made, text=str(made) if text is None else text)


# Free indices


@dataclass(frozen=True)
class _Position:
    """A symbolic index of a read: its axis' size, and the ranges of the bound names around it."""

    index: Poly
    size: Poly
    bound: tuple[tuple[str, Poly, Poly], ...]

    def names(self, sizes: Iterable[str]) -> frozenset[str]:
        """The free index names that occur."""
        return self.index.names - {*sizes} - {name for name, _, _ in self.bound}

    def within(self) -> list[Compare]:
        """0 ≤ index < size for all values of the bound names; nothing where that has no such form."""
        low = high = self.index
        for name, lower, upper in reversed(self.bound):
            slope = self.index.coefficient(name)
            ends = {name: lower}, {name: upper - 1}
            low = low.substitute(ends[slope < 0])
            high = high.substitute(ends[slope > 0])
            if name in (self.index - slope * Poly.name(name)).names or name in self.size.names:
                return []
        return [Compare(low, ">="), Compare(self.size - 1 - high, ">=")]


def _free_indices(member: TensorExpr, sizes: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Compare, ...]]:
    """The free index names of a member, and what keeps it in range.

    A name that stands alone in an index ranges over that axis. Other reads are extended by zeros
    and restrict only the names that stand alone nowhere.
    """
    positions = list(_positions(member, ()))
    names = tuple(dict.fromkeys(n for p in positions for n in sorted(p.names(sizes))))
    alone = {n: [p for p in positions if p.index.names - {*sizes} == {n} and p.names(sizes) == {n}] for n in names}
    chosen = [p for p in positions if any(p in alone[n] or not alone[n] for n in p.names(sizes))]
    return names, tuple(dict.fromkeys(c for p in chosen for c in p.within()))


def _positions(node: Any, bound: tuple[tuple[str, Poly, Poly], ...]) -> Iterator[_Position]:
    if not isinstance(node, Operation):
        for part in node.args if isinstance(node, sympy.Tuple) else ():
            yield from _positions(part, bound)
        return
    arguments = node.arguments
    if node.operator.binds:
        end = arguments["upper"] if "upper" in arguments else arguments["stop"]
        new = (str(arguments[node.operator.binds]), to_poly(sympy.sympify(arguments.get("lower", 0))), to_poly(sympy.sympify(end)))
        bound = (*bound, new)
    for part in node.args[1:]:
        yield from _positions(part, bound)
    if node.operator.name == "index":
        yield from _own_positions(arguments["a"], arguments["key"], bound)


def _own_positions(array: TensorExpr, key: Any, bound: tuple[tuple[str, Poly, Poly], ...]) -> Iterator[_Position]:
    items = list(key) if isinstance(key, tuple) else [key]
    used = sum(item is not None and item is not Ellipsis for item in items)
    if Ellipsis in items:
        where = items.index(Ellipsis)
        items[where : where + 1] = [slice(None)] * (len(array.axes) - used)
    for item, axis in zip((i for i in items if i is not None), array.axes, strict=False):
        if isinstance(item, sympy.Expr) and item.free_symbols:
            yield _Position(to_poly(item), axis.size, bound)


# Names and hypotheses


def _names(expr: Basic) -> set[str]:
    return {s.name for s in expr.free_symbols if isinstance(s, sympy.Symbol)}


def _condition_names(condition: Condition) -> set[str]:
    match condition:
        case Compare(poly, _):
            return set(poly.names)
        case All(conditions) | AnyOf(conditions):
            return set().union(*map(_condition_names, conditions))
        case Negation(inner):
            return _condition_names(inner)


def _read_conditions(reader: Reader, span: Span) -> Iterator[Hypothesis]:
    tree = reader.source.parse(span)
    for node, condition in reader.conditions(tree):
        text = reader.source.text[slice(*reader.source.places[node])]
        if isinstance(condition, list):
            yield from (TensorHypothesis(left, right, text) for left, right in condition)
        else:
            yield SizeHypothesis(condition, " ".join(text.split()))


def _whole(source: Source) -> Span:
    start, end = source.trimmed((0, len(source.text)))
    if start >= end:
        raise SymconvError("a hypothesis is empty", hint='as in hypothesis("K == flip(K)")')
    return start, end


def _hypotheses(entry: Any, tensors: Sequence[Tensor], functions: Sequence[str]) -> Iterator[Hypothesis]:
    """What one entry of `assuming=` says."""
    match entry:
        case SizeHypothesis() | TensorHypothesis():
            yield entry
        case str() | HypothesisText():
            text = str(entry)
            own = entry.tensors if isinstance(entry, HypothesisText) else ()
            source = Source(text)
            reader = Reader(source, _tensors([*tensors, *own]), functions)
            reader.survey(source.parse(_whole(source)))
            reader.integers |= reader.free
            yield from _read_conditions(reader, _whole(source))
        case bool() | BooleanAtom():
            raise _boolean(entry)
        case sympy.And():
            for part in sorted(entry.args, key=sympy.default_sort_key):
                yield from _hypotheses(part, tensors, functions)
        case Relational() if any(isinstance(side, TensorExpr) for side in entry.args):
            if not isinstance(entry, sympy.Eq):
                raise SymconvError(f"{entry} is not an equation", hint="hypotheses on arrays are Eq(…, …)")
            left, right = map(as_tensor, entry.args)
            yield TensorHypothesis(left, right, f"{left} == {right}")
        case Relational() | sympy.Or() | sympy.Not():
            condition = _condition(entry)
            yield SizeHypothesis(condition, str(condition))
        case _:
            raise SymconvError(f"{entry!r} is not a hypothesis", hint='use H >= h, Eq(K, flip(K)) or "K == flip(K)"')


def _condition(entry: Basic) -> Condition:
    match entry:
        case sympy.And():
            return All(tuple(_condition(part) for part in sorted(entry.args, key=sympy.default_sort_key)))
        case sympy.Or():
            return AnyOf(tuple(_condition(part) for part in sorted(entry.args, key=sympy.default_sort_key)))
        case sympy.Not():
            return Negation(_condition(entry.args[0]))
        case Relational() if not any(isinstance(side, TensorExpr) for side in entry.args):
            left, right = map(to_poly, entry.args)
            match entry.rel_op:
                case "==" | "!=" | ">=" as relation:
                    return Compare(left - right, relation)
                case ">":
                    return Compare(left - right - 1, ">=")
                case "<=":
                    return Compare(right - left, ">=")
                case "<":
                    return Compare(right - left - 1, ">=")
        case BooleanAtom():
            raise _boolean(entry)
    raise SymconvError(f"{entry} is not a condition on sizes", hint="Or and Not join comparisons of sizes")


def _boolean(value: Any) -> SymconvError:
    return SymconvError(
        f"a hypothesis is {value}: Python or SymPy has compared the sides already",
        hint='write hypothesis("K == flip(K)"), Eq(K, flip(K)) or claim text',
    )


def _side(value: Any) -> TensorExpr:
    if isinstance(value, (bool, BooleanAtom)):
        raise SymconvError(f"a side is {value}: Python or SymPy has compared already", hint="give both sides: prove(left, right)")
    return as_tensor(value)


def _expressions(entry: Any) -> list[TensorExpr]:
    """The tensor expressions in an entry of `assuming=`."""
    match entry:
        case TensorHypothesis(left, right):
            return [left, right]
        case HypothesisText():
            return list(entry.tensors)
        case Relational():
            return [side for side in entry.args if isinstance(side, TensorExpr)]
        case sympy.And():
            return [e for part in entry.args for e in _expressions(part)]
    return []


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
    return [node.args[1].name for node in nodes if isinstance(node, Operation) and node.operator.name == "call"]


# Text


def _declaration(tensor: Tensor) -> str:
    sizes = f"[{','.join(str(axis.size) for axis in tensor.axes)}]" if tensor.axes else ""
    return tensor.name + sizes + " complex" * tensor.is_complex_valued


def _conjunct(entry: Hypothesis) -> str:
    joined = isinstance(entry, SizeHypothesis) and isinstance(entry.condition, AnyOf)
    return f"({entry})" if joined else str(entry)


__all__ = [
    "Claim", "Hypothesis", "HypothesisText", "Link", "SizeHypothesis", "TensorHypothesis", "from_expressions", "hypothesis",
    "parse",
]  # fmt: skip
