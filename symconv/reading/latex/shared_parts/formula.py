"""A formula while it is read: its tokens and names, and what is made of its parts, syntax trees of claims."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

from sympy import Expr, Symbol

from symconv.algebra.polynomials import Poly
from symconv.claims.definitions import Definition
from symconv.claims.expression_reader import array_of, value_of
from symconv.claims.names import CONSTANTS, Names, named_operator
from symconv.claims.reader_state import Bound, Reader
from symconv.claims.syntax import Source, Span
from symconv.errors import SymconvError
from symconv.expressions.conversion import symbol
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.axis import Axis
from symconv.limits import MAX_DEPTH
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.parsing.grammar_nodes import Node

AMBIGUOUS = "this notation is ambiguous"
Tree = TypeVar("Tree", bound=ast.AST)


@dataclass(frozen=True)
class Operand:
    """A part of a formula as a syntax tree of claims: its tokens, its axes, and what it is.

    `pure` scalars hold no tensors; a `row` is a vector that was transposed.
    """

    node: ast.expr
    first: int
    last: int
    axes: tuple[Axis, ...]
    pure: bool
    row: bool = False
    #: What it is while its sizes are left to its neighbours: "ones", "zeros" or "eye".
    unsized: str = ""

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.axes)


#: What has a place: also the tokens from one to before another.
Part: TypeAlias = Node | Operand | Token | tuple[int, int]


@dataclass(frozen=True)
class Conventions:
    r"""What a formula leaves to its readers: where its indices start, and how ambiguous signs are read."""

    base: int = 0
    #: The free indices, which in a formula that counts from 1 are one more than those of the claim.
    indices: frozenset[str] = frozenset()
    #: Whether a dot between transforms multiplies their entries.
    pointwise: bool = False
    #: The matrices B whose columns, rather than rows, b_i are.
    columns: frozenset[str] = frozenset()
    #: What X^* is, "conjugate" or "adjoint", and what x \otimes y is, "outer" or "kron"; "" where neither is taken yet.
    star: str = ""
    tensor: str = ""
    #: Whether the base was said, as it is for what symconv itself has printed.
    is_given: bool = False


@dataclass
class Read:
    """An entry that is read: its place, its axis and the lowest and highest index there, None where it is open."""

    place: tuple[int, int]
    size: Poly
    low: Poly | None
    high: Poly | None
    #: Whether the index is a name or a number and nothing else, whether the array has a name, whether the index is
    #: i + u - 1, and whether a sum runs over it.
    bare: bool
    declared: bool
    offset: bool
    ranged: bool = False
    #: Whether it falls to 1 while the index of a sum from 1 rises.
    from_one: bool = False
    #: The name that the index is, if it is no more, and whether the array is a transform.
    name: str = ""
    transformed: bool = False
    #: The names that stand alone in other places of the same entry.
    beside: frozenset[str] = frozenset()


@dataclass
class Notes:
    """What is noted while a formula is read, inside its sums as well."""

    reads: list[Read] = field(default_factory=list)
    #: Readings that are taken where others would be possible, by the place of what they concern.
    taken: list[tuple[Span, str]] = field(default_factory=list)
    #: The conventions that mattered, and the definitions that were used.
    met: set[str] = field(default_factory=set)
    #: The matrices B whose rows or columns b_i are.
    lines: set[str] = field(default_factory=set)
    #: Sums over i + j = k + 1.
    offsets: list[tuple[int, int]] = field(default_factory=list)
    uses: dict[str, None] = field(default_factory=dict)
    #: The numbers of axes with which an array is read in each font.
    ranks: dict[str, dict[str, set[int]]] = field(default_factory=dict)


@dataclass
class Formula:
    """What is known of a formula while it is read."""

    reader: Reader
    tokens: list[Token]
    conventions: Conventions = Conventions()
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)
    #: The indices of the sums around what is read, and what they stand for.
    bound: Bound = field(default_factory=dict)
    #: What has been read, and how deep the trees are.
    operands: dict[Node, Operand] = field(default_factory=dict)
    depths: dict[ast.AST, int] = field(default_factory=dict)
    #: Parts that the second reader sees as one name: where they begin and end, and what they stand for.
    opaque: dict[int, tuple[int, Expr]] = field(default_factory=dict)
    #: The indices of what the left side defines, and of sums that have ended.
    defined: tuple[str, ...] = ()
    closed: frozenset[str] = frozenset()
    #: Names that are nowhere declared, at a place where they could be functions.
    called: dict[str, Token] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        """What the names stand for."""
        return self.reader.names

    @property
    def source(self) -> Source:
        """The text."""
        return self.reader.source

    def within(self, indices: Iterable[str]) -> Formula:
        """The same formula inside of sums over these indices."""
        return replace(self, bound={**self.bound, **{name: symbol(name) for name in indices}})

    def value(self, node: ast.expr) -> Any:
        """What a tree stands for."""
        return value_of(self.reader, node, self.bound)

    def free_names(self, node: ast.expr) -> set[str]:
        """The names in what a tree stands for."""
        value = self.value(node)
        return {s.name for s in value.free_symbols if isinstance(s, Symbol)} if isinstance(value, Expr) else set()

    def take(self, part: Part, told: str) -> None:
        """Note a reading that is taken."""
        self.notes.taken.append((self.span(part), told))

    def offset(self, name: str) -> int:
        """How much an index that is written is more than that of the claim."""
        return self.conventions.base if name in self.bound or name in self.conventions.indices else 0

    def span(self, part: Part) -> Span:
        """The place of a part in the text."""
        if isinstance(part, Token):
            return part.span
        first, last = part if isinstance(part, tuple) else (part.first, part.last)
        last = min(max(first, last - 1), len(self.tokens) - 1)
        spans = [token.span for token in self.tokens[min(first, last) : last + 1]]
        return min(start for start, _ in spans), max(end for _, end in spans)

    def error(self, message: str, part: Part, hint: str | None = None) -> SymconvError:
        """The error that points at a part."""
        return self.source.error(message, self.span(part), hint)

    def has_entries(self, name: str) -> bool:
        """Whether a name is that of an array that is declared with axes, or of a definition."""
        tensor = self.names.tensors.get(name)
        return name in self.definitions if tensor is None else bool(tensor.axes)

    def is_declared(self, name: str) -> bool:
        """Whether a name is that of a tensor, a size or a function."""
        names = self.names
        return any(name in known for known in (names.tensors, names.sizes, names.functions, names.parameters))

    def is_known(self, name: str) -> bool:
        """Whether a name stands for something that is declared, bound or part of the language."""
        declared = name in self.bound or self.is_declared(name) or name in self.definitions
        return declared or name in CONSTANTS or named_operator(name) is not None


def operand(formula: Formula, node: ast.expr, part: Node | Operand | tuple[int, int], *, row: bool = False) -> Operand:
    """A syntax tree with its place, and what it stands for."""
    place = part if isinstance(part, tuple) else (part.first, part.last)
    placed(formula, node, formula.span(place))
    value = formula.value(node)
    if isinstance(value, (list, tuple)):
        value = array_of(formula.reader, node, formula.bound)
    is_array = isinstance(value, TensorExpr)
    return Operand(node, *place, value.axes if is_array else (), isinstance(value, Expr) and not is_array, row)


def joined(formula: Formula, node: ast.expr, left: Operand, right: Operand) -> Operand:
    """A syntax tree of two parts and what stands between them."""
    return operand(formula, node, (left.first, right.last))


def placed(formula: Formula, node: Tree, span: Span) -> Tree:
    """A new tree that has a place, it and what is new below it."""
    if node in formula.depths:
        return node
    if not isinstance(node, ast.expr_context):
        formula.source.places.setdefault(node, span)
    below = [formula.depths[placed(formula, child, span)] for child in ast.iter_child_nodes(node)]
    depth = formula.depths[node] = 1 + max(below, default=0)
    if depth > MAX_DEPTH:
        raise formula.source.fail("this expression is nested too deeply", node, f"at most {MAX_DEPTH} levels are read")
    return node


def synthetic(formula: Formula, text: str, span: Span) -> ast.expr:
    """A piece of claim text that the formula leaves out, as a tree at a place."""
    return placed(formula, ast.parse(text, mode="eval").body, span)


def tuple_of(nodes: Iterable[ast.expr]) -> ast.expr:
    """One tree, or several as a tuple."""
    listed = list(nodes)
    return listed[0] if len(listed) == 1 else ast.Tuple(listed, ast.Load())


def call(name: str, *args: ast.expr, **keywords: ast.expr) -> ast.expr:
    """The call of a function by its name."""
    function = ast.parse(name, mode="eval").body
    return ast.Call(function, list(args), [ast.keyword(key, value) for key, value in keywords.items()])
