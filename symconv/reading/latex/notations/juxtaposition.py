"""Terms and factors together: what symbols between them mean for arrays of these numbers of axes, and none."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from symconv.claims.names import quoted
from symconv.reading.latex.identifiers.defined_names import with_names
from symconv.reading.latex.latex_notations import MODES, RING, SLIDING, form
from symconv.reading.latex.notations.factors import operands
from symconv.reading.latex.notations.impulses import alone
from symconv.reading.latex.parsing.grammar_nodes import Item, Node, letters_below, token_of
from symconv.reading.latex.shared_parts.entry_products import common_indices, is_turned, lifted
from symconv.reading.latex.shared_parts.filled import scaled, sum_without_size, terms_with_sizes, with_sizes
from symconv.reading.latex.shared_parts.forms import read
from symconv.reading.latex.shared_parts.formula import (
    AMBIGUOUS,
    Formula,
    Operand,
    call,
    joined,
    operand,
    synthetic,
    tuple_of,
)
from symconv.reading.latex.shared_parts.second_reading import opaque, settle

# Plus and minus


@form("added")
def _added(formula: Formula, node: Node) -> Operand:
    terms: list[tuple[bool, Item]] = []
    minus = False
    for part in node.parts:
        if isinstance(part, Node) and part.rule in ("sign", "plus"):
            minus = part.symbol.kind == "MINUS"
        else:
            terms.append((minus, part))
    for minus, part in terms:
        if isinstance(part, Node) and part.rule == "term" and (len(terms) > 1 or minus):
            for symbol in part.nodes():
                if symbol.rule == "infix" and symbol.symbol.kind == "BMOD":
                    raise formula.error(AMBIGUOUS, symbol, "write brackets around the remainder")
    outer = formula.closed
    values = terms_with_sizes(formula, [read(formula, part) for _, part in terms])
    if len(terms) == 1:
        formula.closed = outer
    if (matrix := sum_without_size(values, [less for less, _ in terms], (node.first, node.last))) is not None:
        return matrix
    if not all(value.pure for value in values):
        values = [settle(formula, value) for value in values]
    if formula.bound and any(value.rank for value in values):
        _check_entries(formula, values)
    _check_derivatives(formula, [part for _, part in terms], values)
    total = _negated(formula, values[0], node) if terms[0][0] else values[0]
    for (less, _), right in zip(terms[1:], values[1:], strict=True):
        tree = ast.BinOp(total.node, ast.Sub() if less else ast.Add(), right.node)
        total = operand(formula, tree, (node.first, right.last))
    return replace(total, row=all(value.row for value in values) and total.rank == 1)


def _check_entries(formula: Formula, terms: Sequence[Operand]) -> None:
    """A mean is written like a conjugate: no whole array stands beside entries that are summed over."""
    for term in terms:
        if not term.rank and not term.pure and formula.free_names(term.node) & {*formula.bound}:
            array = next(t for t in terms if t.rank)
            hint = r"write an entry, or \operatorname{mean}(x)"
            raise formula.error(f"{AMBIGUOUS}: an array beside entries that are summed over", array, hint)


def ends_in_derivative(item: Item) -> bool:
    """Whether a term ends in a derivative of all that follows."""
    match item:
        case Node("derived"):
            return True
        case Node("term", parts):
            return ends_in_derivative(parts[-1])
    return False


def _check_derivatives(formula: Formula, terms: Sequence[Item], values: Sequence[Operand]) -> None:
    """A derivative of a term could take the terms after it as well, where they are numbers."""
    derived = [ends_in_derivative(term) for term in terms]
    for place in range(len(terms) - 1):
        later = [v for v, own in zip(values[place + 1 :], derived[place + 1 :], strict=True) if not own]
        if derived[place] and any(v.rank == 0 for v in later):
            hint = "write brackets around all that is derived"
            raise formula.error(f"{AMBIGUOUS}: how far the derivative reaches", values[place], hint)


@form("negative")
def _negative(formula: Formula, node: Node) -> Operand:
    return _negated(formula, read(formula, node.parts[1]), node)


def _negated(formula: Formula, value: Operand, node: Node) -> Operand:
    tree = ast.UnaryOp(ast.USub(), value.node)
    return operand(formula, tree, (node.first, value.last), row=value.row)


# Between factors


@form("term")
def _term(formula: Formula, node: Node) -> Operand:
    """Operands with symbols between them."""
    symbols = [part for part in node.nodes() if part.rule == "infix"]
    parts = [part for part in node.nodes() if part.rule != "infix"]
    values = [read(formula, part) for part in parts]
    kinds = [symbol.symbol.kind for symbol in symbols]
    for kind, part in zip(kinds, parts[1:], strict=True):
        if kind == "SLASH" and part.rule == "factors" and len(operands(formula, part)) > 1:
            raise formula.error(AMBIGUOUS, part, r"write brackets around the denominator, or \frac{…}{…}")
    if len(kinds) > 1:
        _check_mixed(formula, values, symbols)
    numbers = all(value.pure for value in values) and not {*kinds} & {"SLIDE", "ODOT", "OTIMES", "BMOD"}
    total = values[0]
    for symbol, right in zip(symbols, values[1:], strict=True):
        if numbers:
            op = ast.Div() if symbol.symbol.kind == "SLASH" else ast.Mult()
            total = joined(formula, ast.BinOp(total.node, op, right.node), total, right)
        else:
            total = _pair(formula, total, symbol, right)
    return total


def _check_mixed(formula: Formula, values: Sequence[Operand], symbols: Sequence[Node]) -> None:
    """Several symbols in one term need brackets, unless these change nothing."""
    arrays = [value for value in values if value.rank]
    tokens = [symbol.symbol for symbol in symbols]
    matrices = all(array.rank == 2 for array in arrays)
    if {t.kind for t in tokens} <= {"CDOT", "TIMES", "SLASH"} and (len(arrays) < 3 or matrices):
        return
    words = {SLIDING.get(t.text, t.kind) for t in tokens}
    scripted = any(len(s.parts) > 1 for s in symbols)
    if len(words) == 1 and not scripted and words <= {"convolve", "circular_convolve", "ODOT"}:
        return
    if words == {"OTIMES"} and matrices and len(arrays) == len(values):
        return
    raise formula.error(AMBIGUOUS, symbols[1], "write brackets: several symbols stand in one term")


def _pair(formula: Formula, left: Operand, symbol: Node, right: Operand) -> Operand:
    token, scripts = symbol.symbol, symbol.nodes()
    if scripts and token.kind != "SLIDE":
        hint = r"write a product along an axis as a sum: \sum_j U_{ij} X_{jkl}" if token.kind == "TIMES" else None
        raise formula.error(f"'{token.text}' takes no subscript", scripts[0], hint)
    if token.kind == "ODOT":
        left, right = terms_with_sizes(formula, [left, right])
        _check_sizes(formula, left, symbol, right)
    left, right = settle(formula, left), settle(formula, right)
    match token.kind:
        case "SLIDE":
            tree = _sliding(formula, left, symbol, right)
        case "CDOT" if left.rank == right.rank == 1 and _pointwise(formula, left, right):
            sides = f"{ast.unparse(left.node)} and {ast.unparse(right.node)}"
            formula.take(symbol, f"{sides} are multiplied entry by entry")
            tree = ast.BinOp(left.node, ast.Mult(), right.node)
        case "CDOT" if left.rank and right.rank:
            if left.rank == right.rank == 1 and right.row:
                raise formula.error(f"{AMBIGUOUS}: a number or a matrix", symbol, r"write x \cdot y or x y^{\top}")
            tree = call("dot", left.node, right.node)
        case "ODOT" if left.pure and right.pure:
            hint = "declare the arrays: A[n,m], B[n,m]: …"
            raise formula.error(f"'{token.text}' stands between arrays, not between numbers", symbol, hint)
        case "SLASH":
            tree = ast.BinOp(left.node, ast.Div(), right.node)
        case "ODOT" | "CDOT":
            tree = ast.BinOp(left.node, ast.Mult(), right.node)
        case "TIMES" if not (left.rank and right.rank):
            tree = ast.BinOp(left.node, ast.Mult(), right.node)
        case "OTIMES" if left.rank == right.rank == 1:
            formula.notes.met.add("tensor")
            if not (name := formula.conventions.tensor):
                hint = r"write x y^{\top}, or \operatorname{kron}(x, y) for a vector"
                raise formula.error(f"{AMBIGUOUS}: a product of vectors as a matrix or as a vector", symbol, hint)
            tree = call(name, left.node, right.node)
            formula.take(symbol, f"{token.text} makes {'a matrix' if name == 'outer' else 'a vector'} of vectors here")
        case "OTIMES" if left.rank and right.rank:
            tree = call("kron", left.node, right.node)
        case "BMOD":
            tree = ast.BinOp(left.node, ast.Mod(), right.node)
            return opaque(formula, joined(formula, tree, left, right))
        case _:
            hint = r"numbers take \cdot and \times"
            raise formula.error(f"'{token.text}' does not stand between these", symbol, hint)
    return joined(formula, tree, left, right)


def _check_sizes(formula: Formula, left: Operand, symbol: Node, right: Operand) -> None:
    """Raise where vectors of two sizes, which no condition could say are equal, are multiplied entry by entry."""
    if left.rank != 1 or right.rank != 1 or any(t.kind == "_IF" for t in formula.tokens):
        return
    sizes = [left.axes[0].size, right.axes[0].size]
    if sizes[0] != sizes[1] and all(size != 1 for size in sizes):
        message = f"'{symbol.symbol.text}' multiplies entry by entry, and the sizes {sizes[0]} and {sizes[1]} differ"
        raise formula.error(message, symbol, r"an outer product is written x y^{\top} or x \otimes y")


def _sliding(formula: Formula, left: Operand, symbol: Node, right: Operand) -> ast.expr:
    token = symbol.symbol
    left, right = alone(formula, left, right), alone(formula, right, left)
    if not right.rank:
        entry = _entry(formula, left, symbol, right)
        if entry is not None:
            return entry
    if not (left.rank and right.rank):
        hint = r"x[n] * y[n] and (x * y)[n] are an entry of a convolution, \cdot is a product of numbers"
        raise formula.error(f"'{token.text}' stands between arrays, not between numbers or entries", symbol, hint)
    return _slid(formula, left, symbol, right)


def _slid(formula: Formula, left: Operand, symbol: Node, right: Operand) -> ast.expr:
    name, scripts = SLIDING[symbol.symbol.text], symbol.nodes()
    length = token_of(scripts[0].argument) if len(scripts) == 1 and scripts[0].rule == "below" else None
    if name.startswith("circular") and length is not None and length.text not in (*MODES, RING):
        sizes = {str(axis.size) for value in (left, right) for axis in value.axes}
        if sizes != {length.text}:
            hint = "the length below is the size of both arrays"
            raise formula.error(f"arrays of {' and '.join(sorted(sizes))} entries", scripts[0], hint)
        scripts = []
    mode = _mode(formula, scripts, name)
    if mode == RING:
        return call(f"circular_{name}", left.node, right.node)
    if mode is None and name == "correlate":
        shifts = ", ".join(f"1 - {axis.size}" if axis.size.is_atom else f"1 - ({axis.size})" for axis in right.axes)
        told = rf"\star is the full correlation: its first entry is at the shift {shifts}; \star_{{valid}} starts at 0"
        formula.take(symbol, told)
    return call(name, left.node, right.node, *([ast.Constant(mode)] if mode else []))


def _entry(formula: Formula, left: Operand, symbol: Node, right: Operand) -> ast.expr | None:
    """x[n] * h[n] and x * h[n] as (x * h)[n]."""
    names = common_indices(*([] if left.rank else [left.node]), right.node)
    if (turned := _with_turned(formula, left, symbol, right)) is not None:
        return turned
    if names is None or left.pure or right.pure or left.rank not in (0, len(names)):
        return None
    if bound := [name for name in names if name in formula.bound]:
        hint = r"write \cdot for a product of entries, and (x * h)[n] for an entry of a convolution"
        raise formula.error(f"{AMBIGUOUS}: '{symbol.symbol.text}' under a sum over {quoted(bound[0])}", symbol, hint)
    arrays = [value.node if value.rank else lifted(formula, value.node, names) for value in (left, right)]
    if arrays[0] is None or arrays[1] is None:
        return None
    first, second = (operand(formula, a, v) for a, v in zip(arrays, (left, right), strict=True) if a is not None)
    keys = tuple_of(ast.Name(name, ast.Load()) for name in names)
    tree = ast.Subscript(_slid(formula, first, symbol, second), keys, ast.Load())
    written = formula.source.text[slice(*formula.span((left.first, right.last)))]
    formula.take((left.first, right.last), f"{' '.join(written.split())} is {ast.unparse(tree)}")
    return tree


def _with_turned(formula: Formula, left: Operand, symbol: Node, right: Operand) -> ast.expr | None:
    r"""x[n] * h[-n] as \sum_k x[k] h[k - n]; None where it is no such product, and beside correlations, whose indices
    do not start at the same shift."""
    slides = {t.text for t in formula.tokens if t.kind == "SLIDE"}
    if left.rank or right.rank or formula.conventions.base or slides != {symbol.symbol.text} or len(symbol.parts) > 1:
        return None
    if SLIDING[symbol.symbol.text] != "convolve":
        return None
    for plain, turned in ((left, right), (right, left)):
        names, array = common_indices(plain.node), None
        if names is not None and len(names) == 1 and names[0] not in formula.bound:
            array = lifted(formula, plain.node, names)
        if array is None or names is None or not is_turned(turned.node, names[0]):
            continue
        size = operand(formula, array, plain).axes[0].size
        inner = next(letter for letter in "klmpqrst" if not formula.is_known(letter) and letter not in names)
        tree = call("sum", ast.GeneratorExp(*_summed(formula, plain, turned, names[0], inner, str(size))))
        written = formula.source.text[slice(*formula.span((left.first, right.last)))]
        formula.take((left.first, right.last), f"{' '.join(written.split())} is {ast.unparse(tree)}")
        return tree
    return None


def _summed(
    formula: Formula, plain: Operand, turned: Operand, name: str, inner: str, size: str
) -> tuple[ast.expr, list[ast.comprehension]]:
    """The product of entries at an index and at what is left to the index outside, and the range of the first."""
    rest = ast.BinOp(ast.Name(name, ast.Load()), ast.Sub(), ast.Name(inner, ast.Load()))
    product = ast.BinOp(
        with_names(formula, plain.node, {name: ast.Name(inner, ast.Load())}),
        ast.Mult(),
        with_names(formula, turned.node, {name: rest}),
    )
    limit = synthetic(formula, size, formula.span(plain))
    return product, [ast.comprehension(ast.Name(inner, ast.Store()), call("range", limit), [], 0)]


def _pointwise(formula: Formula, left: Operand, right: Operand) -> bool:
    """Whether a dot between two transforms multiplies their entries, in this reading."""
    for value in (left, right):
        match value.node:
            case ast.Call(ast.Name("fft" | "ifft")) | ast.Call(ast.Name("conj"), [ast.Call(ast.Name("fft" | "ifft"))]):
                continue
        return False
    formula.notes.met.add("pointwise")
    return formula.conventions.pointwise


def _mode(formula: Formula, scripts: Sequence[Node], name: str) -> str | None:
    match scripts:
        case []:
            return None
        case [Node("below") as script]:
            mode = letters_below(script)
            if mode in (*MODES, RING):
                if name.startswith("circular"):
                    raise formula.error("a circular product has no mode", script)
                return mode
    hint = r"*_{\mathrm{full}}, *_{\mathrm{same}}, *_{\mathrm{valid}}"
    raise formula.error("this is no mode", scripts[-1], hint)


# Side by side


@form("factors")
def _product(formula: Formula, node: Node) -> Operand:
    return side_by_side(formula, operands(formula, node))


def side_by_side(formula: Formula, factors: Sequence[Operand]) -> Operand:
    """The product of factors; numbers that stand together are read twice."""
    if (parts := scaled(factors)) is not None:
        place = min(f.first for f in factors), max(f.last for f in factors)
        tree = parts[1].node
        if parts[0]:
            tree = ast.BinOp(settle(formula, side_by_side(formula, parts[0])).node, ast.Mult(), tree)
        return Operand(tree, *place, axes=(), pure=False, unsized=parts[1].unsized)
    run: list[Operand] = []
    total: Operand | None = None
    for factor in [*with_sizes(formula, factors), None]:
        if factor is not None and factor.pure:
            _check_numbers(formula, run, factor)
            run.append(factor)
            continue
        if run:
            number = run[0]
            for more in run[1:]:
                number = _times(formula, number, more)
            if len(run) < len(factors):
                number = settle(formula, number)
            total = number if total is None else _beside(formula, total, number)
            run = []
        if factor is not None:
            total = factor if total is None else _beside(formula, total, factor)
    assert total is not None
    return total


def _times(formula: Formula, left: Operand, right: Operand) -> Operand:
    return joined(formula, ast.BinOp(left.node, ast.Mult(), right.node), left, right)


def _check_numbers(formula: Formula, run: Sequence[Operand], factor: Operand) -> None:
    """A number and a fraction of numbers side by side can be a sum, two numbers a slip."""
    if not run:
        return
    before, inside = formula.tokens[run[-1].last - 1], formula.tokens[factor.first : factor.last]
    numbers = all(t.kind in ("NUM", "_FRAC", "_LBRACE", "_RBRACE") for t in inside)
    if before.kind == "NUM" and numbers and inside[0].kind in ("NUM", "_FRAC"):
        hint = r"write 2 \cdot \frac{1}{2} for the product, 2 + \frac{1}{2} for a mixed number"
        raise formula.error(f"{AMBIGUOUS}: numbers side by side", (run[-1].first, factor.last), hint)


def _beside(formula: Formula, left: Operand, right: Operand) -> Operand:
    if left.rank == 2 and not right.rank:
        _check_entry(formula, left, right)
    if not (left.rank and right.rank):
        return replace(_times(formula, left, right), row=left.row or right.row)
    if left.rank == right.rank == 1:
        if right.row and not left.row:
            return joined(formula, call("outer", left.node, _column(right.node)), left, right)
        if not (left.row or right.row) and _pointwise(formula, left, right):
            sides = f"{ast.unparse(left.node)} and {ast.unparse(right.node)}"
            formula.take((left.first, right.last), f"{sides} are multiplied entry by entry")
            return _times(formula, left, right)
        if (tree := _row_and_column(left.node, right.node)) is not None:
            formula.take((left.first, right.last), f"{ast.unparse(tree)}: a row and a column")
            return joined(formula, tree, left, right)
        if right.row or not left.row:
            hint = r"write x \cdot y, x y^{\top} or x \odot y"
            raise formula.error(f"{AMBIGUOUS}: two vectors side by side", (left.first, right.last), hint)
    if left.rank != right.rank and max(left.rank, right.rank) > 2:
        hint = r"write a sum over an index, or \operatorname{einsum}"
        place = (left.first, right.last)
        raise formula.error(
            f"{AMBIGUOUS}: over which axes arrays with {left.rank} and {right.rank} axes are summed", place, hint
        )
    product = joined(formula, ast.BinOp(left.node, ast.MatMult(), right.node), left, right)
    return replace(product, row=product.rank == 1 and left.rank == 1)


def _check_entry(formula: Formula, left: Operand, right: Operand) -> None:
    r"""Raise for A x_i, where A x is a vector."""
    match right.node:
        case ast.Subscript(ast.Name(name), key) if (tensor := formula.names.tensors.get(name)) is not None:
            if len(tensor.axes) == 1 and tensor.axes[0].size == left.axes[1].size and not isinstance(key, ast.Slice):
                texts = [formula.source.text[slice(*formula.span(value))] for value in (left, right)]
                hint = f"write the number first, {texts[1]} {texts[0]}, or brackets, ({texts[0]} {name})_{{…}}"
                place = (left.first, right.last)
                raise formula.error(f"{AMBIGUOUS}: an entry of a product, or a matrix times an entry", place, hint)


def _row_and_column(left: ast.expr, right: ast.expr) -> ast.expr | None:
    """A_{i,:} B_{:,j} as a number and A_{:,k} B_{k,:} as a matrix; None for anything else."""
    match [_slices(left), _slices(right)]:
        case [[False, True], [True, False]]:
            return call("dot", left, right)
        case [[True, False], [False, True]]:
            return call("outer", left, right)
    return None


def _slices(node: ast.expr) -> list[bool]:
    """Which of the indices of an entry leave an axis as it is."""
    match node:
        case ast.Subscript(_, ast.Tuple(keys)):
            return [isinstance(key, ast.Slice) for key in keys]
    return []


def _column(node: ast.expr) -> ast.expr:
    """A vector without the mark that it was transposed."""
    match node:
        case ast.Attribute(vector, "T"):
            return vector
        case ast.Call(ast.Name("conj") as conj, [ast.Attribute(vector, "T")], []):
            return ast.Call(conj, [vector], [])
    return node
