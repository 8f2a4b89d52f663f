"""What formulas state and define: chains, their hypotheses and exact conditions, as syntax trees of claims."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, TypeAlias

from sympy import Expr

from symconv.algebra.polynomials import ONE, Poly
from symconv.claims.definitions import Definition
from symconv.claims.names import quoted
from symconv.claims.reader_state import Reader
from symconv.claims.syntax import Span
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import TensorExpr
from symconv.reading.latex.identifiers.declared_names import (
    check_called,
    check_fonts,
    check_index_fonts,
    check_spelling,
)
from symconv.reading.latex.lexing.derivative_scope import scoped
from symconv.reading.latex.lexing.dotted_sums import summed
from symconv.reading.latex.lexing.formula_rows import Row, rows, words_not_read
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.lexing.spelling import spelled
from symconv.reading.latex.lexing.squared_norms import with_squares
from symconv.reading.latex.lexing.tokens import tokens
from symconv.reading.latex.parsing.grammar import parse
from symconv.reading.latex.parsing.grammar_nodes import Node, compared
from symconv.reading.latex.shared_parts import bases
from symconv.reading.latex.shared_parts.filled import terms_with_sizes, zero
from symconv.reading.latex.shared_parts.forms import read
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Conventions, Formula, Operand, Read, placed, synthetic
from symconv.reading.latex.shared_parts.formula_conditions import COMPARISONS, condition
from symconv.reading.latex.shared_parts.second_reading import settle
from symconv.reading.latex.stated.chain_members import (
    at_indices,
    check_columns,
    check_kronecker,
    check_repeated,
    check_rows,
    fit,
    indexed_first,
    moved_indices,
    with_vectors,
)
from symconv.reading.latex.stated.left_names import LeftName, check_new, check_recursion, definition, left_name
from symconv.reading.latex.stated.reading_order import reading_order

#: Signs that can be read in two ways, of which one is taken where the other does not fit.
_CHOICES = {"star": ("conjugate", "adjoint"), "tensor": ("outer", "kron")}
#: Of how many matrices small letters are tried as rows and as columns.
_MOST_LINES = 3
_SIDES = r"a claim compares two sides with = or \ne"


@dataclass(frozen=True)
class Statement:
    """A formula as syntax trees, what is taken where it leaves something open, and the definitions that it uses."""

    sides: ast.expr
    hypotheses: ast.expr | None
    exactly: ast.expr | None
    taken: tuple[str, ...]
    uses: tuple[str, ...]
    about_numbers: bool


#: A formula with its conventions, and what it says by them.
_Reading: TypeAlias = tuple[Formula, tuple[Statement | Definition, ...]]


@dataclass
class _Attempt:
    """All formulas of a text, read by one convention, as far as that goes."""

    #: By the place of the formula.
    stated: dict[int, tuple[Statement | Definition, ...]] = field(default_factory=dict)
    formulas: list[Formula] = field(default_factory=list)
    error: SymconvError | None = None

    def reads(self) -> list[Read]:
        return [read for formula in self.formulas for read in formula.notes.reads]

    def formula_of(self, read: Read) -> Formula:
        return next(f for f in self.formulas if any(r is read for r in f.notes.reads))


def statements(
    reader: Reader, span: Span, definitions: Sequence[Definition], base: int | None
) -> list[Statement | Definition]:
    """What the formulas at this place state and define, their names being open."""
    symbols = tokens(reader.source, span[0])
    _check_whole_numbers(reader, symbols)
    lines = rows(reader.source, symbols)
    known = {d.name: d for d in definitions}
    attempt, given = _read(reader, span, lines, known, Conventions(is_given=base is not None)), base
    if base == 1 or (base is None and _needs_one(attempt)):
        defined = {name for formula in attempt.formulas for name in formula.defined}
        indices = frozenset(defined | {read.name for read in attempt.reads() if read.name})
        attempt, base = _read(reader, span, lines, known, Conventions(1, indices, is_given=given is not None)), 1
        if attempt.error is None:
            first, *others = attempt.stated[0]
            told = ("indices start at 1 in the formula, at 0 here", *first.taken)
            attempt.stated[0] = (replace(first, taken=told), *others)
    _check_indices(attempt, reader.names.sizes, base, given)
    if attempt.error is not None:
        raise attempt.error
    _check_separated(reader, lines, attempt.stated)
    return [one for place in range(len(lines)) for one in attempt.stated[place]]


def _check_separated(
    reader: Reader, lines: Sequence[Row], stated: Mapping[int, tuple[Statement | Definition, ...]]
) -> None:
    """What follows a formula after a comma and is about numbers alone is a condition rather than a formula; what
    follows 'where' is a definition."""
    about = [all(isinstance(s, Statement) and s.about_numbers for s in stated[place]) for place in range(len(lines))]
    order = [*stated]
    for place, line in enumerate(lines):
        one = stated[place][0]
        before = {t.text for earlier in order[: order.index(place)] for t in lines[earlier].tokens}
        _check_condition(reader, line, [stated[place - back] for back in range(1, (line.shared or (0,))[0] + 1)])
        if line.separator is not None and line.separator.kind == "WHERE" and not isinstance(one, Definition):
            raise words_not_read(reader.source, line.separator)
        if place and isinstance(one, Definition) and one.name in before:
            message = f"{quoted(one.name)} stands in a formula before, and is not declared"
            hint = r"a definition comes first; a condition is written \text{ if } …"
            raise reader.source.error(message, line.tokens[0].span, hint)
        if place and about[place] and line.separator is not None and not all(about):
            shown = reader.source.text[slice(*line.separator.span)]
            hint = "one formula at a time; indices take all values that keep the left side in range"
            raise reader.source.error(f"'{shown}' cannot stand here", line.separator.span, hint)


def _check_whole_numbers(reader: Reader, symbols: Sequence[Token]) -> None:
    """What is declared as a real number is no whole one because that is said beside a formula."""
    for place in range(1, len(symbols) - 1):
        name, sign, after = symbols[place - 1 : place + 2]
        is_range = (sign.kind, after.kind, after.text) == ("IN", "FIELD", "Z") or (sign.kind, after.text) == ("EQ", "0")
        is_range = is_range and (sign.kind == "IN" or any(t.kind == "PM" for t in symbols[place:]))
        if is_range and name.text in reader.names.tensors:
            raise reader.source.error(f"{quoted(name.text)} is declared as a number", name.span, "declare it as int")


def _check_condition(reader: Reader, line: Row, before: Sequence[tuple[Statement | Definition, ...]]) -> None:
    """A condition at the end of a line belongs to the one formula there that claims something."""
    if line.shared is not None and any(isinstance(one, Statement) for stated in before for one in stated):
        message = f"{AMBIGUOUS}: which of the formulas the condition belongs to"
        raise reader.source.error(message, line.shared[1].span, "write them on lines of their own")


# Where indices start


def _needs_one(attempt: _Attempt) -> bool:
    """Whether formulas count from 1."""
    reads = attempt.reads()
    if bases.counts_from_one(reads) is not None or any("from one" in f.notes.met for f in attempt.formulas):
        return True
    begins = bases.may_count_from_one(reads) or bases.has_offset(reads)
    sizes = attempt.formulas[0].names.sizes if attempt.formulas else set()
    ends = any((r.declared and bases.is_last_size(r, sizes)) or (r.ranged and r.high == r.size) for r in reads)
    return begins is not None and ends


def _check_indices(attempt: _Attempt, sizes: set[str], base: int | None, given: int | None) -> None:
    """Raise where indices are from 0 and from 1, past the end, or sizes."""
    reads = attempt.reads()
    zero, one = bases.counts_from_zero(reads), bases.counts_from_one(reads)
    size = next((r for r in reads if bases.is_last_size(r, sizes)), None)
    if base == 1 and zero is not None:
        other = one or next(r for r in reads if r is not zero) if len(reads) > 1 else zero
        raise bases.mixed(attempt.formula_of(zero), zero, other)
    if base != 1 and size is not None:
        raise bases.size_as_index(attempt.formula_of(size), size)
    bins = next((r for r in reads if r.transformed and r.bare and r.low is not None and r.low.names), None)
    if base == 1 and given is None and bins is not None:
        message = f"{AMBIGUOUS}: whether the index of the transform starts at 0 while others start at 1"
        hint = "--base 1 if all indices start at 1; or write the sum from 0"
        raise attempt.formula_of(bins).error(message, bins.place, hint)
    before = bases.before_the_beginning(reads, base if base == given else None)
    if before is not None:
        raise bases.centred(attempt.formula_of(before), before)
    past = bases.past_the_end(reads, base or 0)
    if past is not None:
        raise bases.runs_past(attempt.formula_of(past), past)
    offset = bases.has_offset(reads)
    message = f"{AMBIGUOUS}: whether indices start at 0 or at 1"
    if base is None and offset is not None:
        hint = "the -1 says from 1: write the bounds of the sum, from 0 or from 1, or --base 1"
        raise attempt.formula_of(offset).error(message, offset.place, hint)
    if base is None and (triangle := bases.below_an_index(reads)) is not None:
        hint = "a sum from 1 to another index of the same entry: --base 1, or write it from 0"
        raise attempt.formula_of(triangle).error(message, triangle.place, hint)
    if base is None and (begins := _ends_at_unknown(attempt, reads)) is not None:
        hint = f"{quoted(str(begins.high))} is not declared: write the size of the array, or --base 0 or 1"
        raise attempt.formula_of(begins).error(message, begins.place, hint)
    for formula in attempt.formulas if base is None else []:
        for place in formula.notes.offsets:
            hint = r"i + j = k + 1 says from 1: --base 1, or write \sum_{i+j=k} if they start at 0"
            raise formula.error(message, place, hint)


def _ends_at_unknown(attempt: _Attempt, reads: Sequence[Read]) -> Read | None:
    """An entry whose sum runs from 1 to a name that stands for nothing."""
    indices = {read.name for read in reads}
    for one in reads:
        if one.ranged and one.bare and one.low == ONE and one.high is not None and one.high.is_atom:
            formula, name = attempt.formula_of(one), str(one.high)
            if not formula.is_known(name) and name not in {*formula.defined, *indices}:
                return one
    return None


# One formula


def _read(
    reader: Reader, span: Span, lines: Sequence[Row], given: Mapping[str, Definition], conventions: Conventions
) -> _Attempt:
    attempt, definitions = _Attempt(), dict(given)
    try:
        for place in reading_order(reader, lines, definitions):
            line = lines[place]
            letters, told = spelled(reader.names, line.whole(), [*definitions])
            letters, dotted = summed(letters, {*_declared(reader), *definitions})
            letters, squared = with_squares(letters, reader.names.sizes)
            formula = Formula(
                reader,
                scoped(reader.names, letters, {d.name: d.arguments for d in definitions.values()}),
                conventions,
                dict(definitions),
            )
            formula.notes.taken += [*told, *dotted, *squared]
            attempt.formulas.append(formula)
            stated = _by_conventions(formula, span, attempt)
            attempt.stated[place] = stated
            definitions |= {one.name: one for one in stated if isinstance(one, Definition)}
    except SymconvError as error:
        attempt.error = error
    return attempt


def _declared(reader: Reader) -> set[str]:
    names = reader.names
    return {*names.tensors, *names.sizes, *names.functions, *names.parameters}


def _by_conventions(formula: Formula, span: Span, attempt: _Attempt) -> tuple[Statement | Definition, ...]:
    """A formula by the convention that fits, where its signs can be read in several ways."""
    told = [*formula.notes.taken]
    readings: list[_Reading] = []
    error = None
    try:
        readings = [(formula, _stated(formula, span))]
    except SymconvError as failure:
        error = failure
    if letters := sorted(formula.notes.lines):
        subsets = [c for k in range(1, len(letters) + 1) for c in combinations(letters[:_MOST_LINES], k)]
        readings += _alternatives(formula, told, span, [{"columns": frozenset(subset)} for subset in subsets])
    elif error is not None and "pointwise" in formula.notes.met:
        readings = _alternatives(formula, told, span, [{"pointwise": True}])
    elif error is not None:
        readings = _readings(formula, told, span)
        readings = readings if len(readings) == 1 else []
    if len(readings) > 1:
        readings = [reading for reading in readings if _has_ranges(reading[0])] or readings
    if len(readings) > 1:
        hint = r"write B_{i,:} for a row, B_{:,i} for a column"
        message = f"{AMBIGUOUS}: small letters with one index are rows or columns"
        raise formula.error(message, (0, len(formula.tokens)), hint)
    if not readings:
        assert error is not None
        raise error
    ((attempt.formulas[-1], stated),) = readings
    return stated


def _has_ranges(formula: Formula) -> bool:
    """Whether every index that stands alone does so in axes of one size."""
    sizes: dict[str, set[Poly]] = {}
    for one in formula.notes.reads:
        if one.name:
            sizes.setdefault(one.name, set()).add(one.size)
    return all(len(each) == 1 for each in sizes.values())


def _alternatives(
    formula: Formula, told: Sequence[tuple[Span, str]], span: Span, conventions: Sequence[dict[str, Any]]
) -> list[_Reading]:
    """What a formula says by other conventions, where all sizes fit."""
    found = []
    for changed in conventions:
        again = Formula(formula.reader, formula.tokens, replace(formula.conventions, **changed), formula.definitions)
        again.notes.taken += told
        try:
            found.append((again, _stated(again, span, strictly=True)))
        except SymconvError:
            found += _readings(again, told, span)
    return found


def _readings(formula: Formula, told: Sequence[tuple[Span, str]], span: Span) -> list[_Reading]:
    """What a formula says in each way in which its first ambiguous sign can be read, where all sizes fit."""
    for kind, choices in _CHOICES.items():
        if kind in formula.notes.met and not getattr(formula.conventions, kind):
            return _alternatives(formula, told, span, [{kind: choice} for choice in choices])
    return []


def _stated(formula: Formula, span: Span, strictly: bool = False) -> tuple[Statement | Definition, ...]:
    check_spelling(formula)
    check_index_fonts(formula)
    tree = parse(formula.source, formula.tokens, span)
    sides, *conditions = tree.nodes()
    members, ops, left = _chain(formula, sides)
    defined: tuple[Definition, ...] = ()
    values: list[Operand] = []
    if left is not None:
        check_recursion(formula, left, members[0])
    for member in members:
        formula.closed = frozenset()
        values.append(zero(formula, member) or read(formula, member))
        if left is not None and len(values) == 1:
            defined = _defined(formula, left, settle(formula, values[0]), conditions, len(members) > 1)
    values = [settle(formula, value) for value in terms_with_sizes(formula, values)]
    if strictly or formula.notes.lines:
        _check_lines(formula, values, sides)
    if left is not None and len(values) == 1:
        check_called(formula)
        check_fonts(formula)
        return defined
    are_equal = all(op is ast.Eq for op in ops)
    if left is None and are_equal:
        check_rows(formula, values)
    values = at_indices(formula, values, (left.indices or None) if left is not None else None, are_equal)
    if (strictly or formula.notes.lines) and not fit(formula, values):
        raise formula.error("the sizes differ", sides)
    check_kronecker(formula, values)
    values = with_vectors(formula, values)
    check_columns(formula, values)
    check_repeated(formula, values)
    if are_equal:
        values = indexed_first(formula, values)
    for name in moved_indices(formula, values[0]):
        formula.take(values[0], f"{name} only where the left side reads inside of its arrays")
    chain = ast.Compare(values[0].node, [op() for op in ops], [value.node for value in values[1:]])
    placed(formula, chain, formula.span(sides))
    trees = {part.rule: condition(formula, part.nodes()[0]) for part in conditions}
    for stated in trees.values():
        _range_of(formula, stated)
    check_called(formula)
    check_fonts(formula)
    taken = tuple(dict.fromkeys(told for _, told in sorted(formula.notes.taken)))
    about_numbers = all(value.pure for value in values)
    uses = tuple(formula.notes.uses)
    claimed = Statement(chain, trees.get("condition"), trees.get("exactly"), taken, uses, about_numbers)
    return (*defined, claimed)


def _defined(
    formula: Formula, left: LeftName, value: Operand, conditions: Sequence[Node], is_chain: bool
) -> tuple[Definition, ...]:
    """What the first link of a formula defines, which its other members can use; a chain is claimed in any case."""
    check_new(formula, left, value)
    try:
        defined = definition(formula, left, value, _ranges_of(formula, left, conditions, is_chain))
    except SymconvError as error:
        if not is_chain:
            raise
        formula.take(left.part, f"{left.name} is not defined by this: {error.message}")
        return ()
    formula.definitions = {**formula.definitions, defined.name: defined}
    if is_chain:
        formula.take(left.part, f"{defined}, defined by this")
    return (replace(defined, is_claimed=is_chain),)


def _check_lines(formula: Formula, values: Sequence[Operand], place: Node) -> None:
    """Where small letters are rows or columns of matrices, all sizes fit, and sums end where their arrays do."""
    sizes = formula.names.sizes
    ranged = [read for read in formula.notes.reads if read.ranged and read.bare]
    beyond = [read for read in ranged if not (_ends_inside(read) or (read.high and read.high.names - sizes))]
    if beyond or not all(fit(formula, [value]) for value in values):
        raise formula.error("the sizes differ", beyond[0].place if beyond else place)


def _ends_inside(read: Read) -> bool:
    """Whether a sum ends at a number's distance from the end of the axis that it reads."""
    return read.high is None or (read.high - read.size).integer is not None


def _chain(formula: Formula, node: Node) -> tuple[Sequence[Node], list[type[ast.cmpop]], LeftName | None]:
    """The members of a chain and what stands between them, and the name on its left if that is not declared."""
    if node.rule != "chain":
        raise formula.error(_SIDES, node, "as in A * K = K * A")
    members, relations = compared(node)
    ops: list[type[ast.cmpop]] = []
    for relation in relations:
        op = COMPARISONS.get(relation.symbol.kind)
        if op not in (ast.Eq, ast.NotEq) or op is None:
            is_set = relation.symbol.kind == "IN"
            hint = "leave it out: indices take all values that keep the left side in range" if is_set else None
            raise formula.error(_SIDES, relation, hint)
        ops.append(op)
    left = left_name(formula, members[0])
    if left is None:
        return members, ops, None
    if ops[0] is not ast.Eq:
        message = f"{quoted(left.name)} is not declared, so that this states nothing"
        raise formula.error(message, members[0], f"declare {quoted(left.name)}")
    formula.defined = left.indices
    return members[1:], ops[1:], left


def _ranges_of(formula: Formula, left: LeftName, conditions: Sequence[Node], is_chain: bool) -> dict[str, str]:
    """The sizes that are written after a definition, which has no other conditions; a chain can have."""
    sizes = {}
    for part in conditions:
        tree = condition(formula, part.nodes()[0])
        for one in tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]:
            name, size = _range_of(formula, one) or ("", "")
            if (name not in left.indices or part.rule != "condition") and is_chain:
                continue
            if name not in left.indices or part.rule != "condition":
                if _begins_at_one(one):
                    formula.notes.met.add("from one")
                hint = "as in c_k = x_k, k = 0, …, N-1; a condition belongs to what is claimed"
                raise formula.error("a definition has no condition but the range of its indices", part, hint)
            sizes[name] = size
    return sizes


def _begins_at_one(tree: ast.expr) -> bool:
    """Whether a condition is a range from 1."""
    match tree:
        case ast.Compare(ast.Constant(1), [ast.LtE(), ast.LtE() | ast.Lt()], _):
            return True
    return False


def _range_of(formula: Formula, tree: ast.expr) -> tuple[str, str] | None:
    """The index and the size in the condition 0 ≤ k ≤ N − 1, noted for the entries that are read at k."""
    match tree:
        case ast.Compare(first, [ast.LtE(), ast.LtE() | ast.Lt() as op], [index, last]):
            name = index.left if isinstance(index, ast.BinOp) else index
            values = [formula.value(end) for end in (first, last)]
            plain = all(isinstance(value, Expr) and not isinstance(value, TensorExpr) for value in values)
            if not plain or not isinstance(name, ast.Name) or name.id in formula.names.sizes:
                return None
            ends = [to_poly(value) - formula.offset(name.id) for value in values]
            if ends[0].integer is None:
                return None
            stop = ends[1] + 1 if isinstance(op, ast.LtE) else ends[1]
            lower, upper = (synthetic(formula, str(end), formula.source.places[tree]) for end in (ends[0], stop))
            bases.ranged(formula, 0, name.id, lower, upper, False)
            return (name.id, str(stop)) if ends[0] == 0 else None
        case ast.BoolOp(ast.And(), parts):
            for part in parts:
                _range_of(formula, part)
    return None
