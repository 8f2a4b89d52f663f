"""What stands above and below a factor: indices, powers, transposes, conjugates."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace

from symconv.claims.names import quoted
from symconv.errors import SymconvError
from symconv.formulas.axis import Axis
from symconv.limits import MAX_POWER
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.parsing.grammar_nodes import (
    Item,
    Node,
    has_product,
    in_brackets,
    letters_of,
    only_item,
    token_of,
)
from symconv.reading.latex.shared_parts.bases import read_at
from symconv.reading.latex.shared_parts.forms import atom, read, settled, whole_number
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, call, operand, placed, tuple_of
from symconv.reading.latex.shared_parts.second_reading import settle

_ENTRY = r"an entry has no transpose: write (A^{\top})_{i,j} or A_{j,i}"


def scripted(formula: Formula, base: Operand, scripts: Sequence[Node]) -> Operand:
    """A factor with what stands above and below it, in this order."""
    below = transposed = False
    above = [script for script in scripts if script.rule == "above"]
    if len(above) > 1:
        raise formula.error("a second superscript", above[1], "write brackets around what the first one stands above")
    for script in scripts:
        if script.rule == "below":
            argument = script.argument
            if isinstance(argument, Token):
                alone = atom(formula, argument)
                argument = Node("items", (alone,), alone.first, alone.last)
            if below:
                raise formula.error("a second subscript", script, "indices stand in one subscript")
            base = indexed(formula, base, argument, script.last, script=True)
            if transposed and base.rank:
                raise formula.error(f"{AMBIGUOUS}: which comes first", script, r"write (A^{\top})_{i}")
            below = True
            continue
        reading = _reading(formula, script, base)
        if reading is _transposed and not base.rank and _is_product(base.node):
            base = replace(base, last=script.last)
            continue
        if reading in (_transposed, _adjoint):
            if (below and base.rank != 1) or (base.rank == 0 and not base.unsized):
                if isinstance(base.node, ast.Name) and not formula.is_known(base.node.id):
                    raise formula.names.unknown(base.node.id, base.node)
                hint = _ENTRY if base.rank == 0 else r"write (A_{i})^{\top}"
                raise formula.error("a transpose stands after an entry or a number", script, hint)
            transposed = True
        base = reading(formula, base, script)
    return base


def _is_product(tree: ast.expr) -> bool:
    r"""Whether a number is a product of arrays, so that (x^\top y)^\top is the number itself."""
    match tree:
        case ast.BinOp(_, ast.MatMult(), _) | ast.Call(ast.Name("dot" | "inner" | "trace")):
            return True
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            entries = isinstance(left, ast.Subscript) or isinstance(right, ast.Subscript)
            return not entries and (_is_product(left) or _is_product(right))
        case ast.BinOp(left, ast.Mult() | ast.Div(), right):
            return _is_product(left) or _is_product(right)
        case ast.UnaryOp(_, inside):
            return _is_product(inside)
    return False


def _reading(formula: Formula, script: Node, base: Operand) -> Callable[[Formula, Operand, Node], Operand]:
    """What reads that which stands above a factor: a mark that is no exponent, or a power."""
    argument = script.argument
    match argument:
        case Node("transposed"):
            return _transposed
        case Node("each"):
            return _power_of_each
        case Node("mark", (mark,)):
            argument = mark
    match token_of(argument):
        case Token("TOP"):
            return _transposed
        case Token("DAGGER"):
            return _adjoint
        case Token("SLIDE", "*" | r"\ast"):
            return _conjugate
        case Token("SLIDE"):
            raise formula.error("this cannot stand above", script)
        case Token("LETTER", "T" | "H" as letter) if not formula.is_known(letter):
            return _transposed if letter == "T" else _adjoint
        case Token("LETTER", "T" | "H" as letter) if base.rank:
            written = r"X^{\top}" if letter == "T" else r"X^{\dagger}"
            raise formula.error(f"{AMBIGUOUS}: '{letter}' is declared", script, f"write {written}")
    return _power


def _transposed(formula: Formula, base: Operand, script: Node) -> Operand:
    place = (base.first, script.last)
    match script.argument:
        case Node("transposed", (_, Node("items", items))):
            axes = ast.Tuple([whole_number(formula, item) for item in items], ast.Load())
            return operand(formula, call("transpose", base.node, axes), place)
    if base.unsized:
        return replace(base, last=script.last, row=base.unsized != "eye" and not base.row)
    is_row = base.rank == 1 and not base.row
    return operand(formula, ast.Attribute(base.node, "T", ast.Load()), place, row=is_row)


def _adjoint(formula: Formula, base: Operand, script: Node) -> Operand:
    tree = call("conj", ast.Attribute(base.node, "T", ast.Load()))
    return operand(formula, tree, (base.first, script.last), row=base.rank == 1 and not base.row)


def _conjugate(formula: Formula, base: Operand, script: Node) -> Operand:
    r"""X^*, the conjugate of an entry; of an array that, or its conjugate transpose in the reading that fits."""
    if base.rank:
        formula.notes.met.add("star")
    if base.rank and formula.conventions.star == "adjoint":
        formula.take(script, "^* is the conjugate transpose")
        return _adjoint(formula, base, script)
    if base.rank > 1 and not formula.conventions.star:
        raise formula.error(AMBIGUOUS, script, r"write \overline{A}, or A^{\dagger} for the transpose as well")
    return operand(formula, call("conj", base.node), (base.first, script.last), row=base.row)


def _power_of_each(formula: Formula, base: Operand, script: Node) -> Operand:
    assert isinstance(script.argument, Node)
    power = settled(formula, script.argument.parts[1])
    return operand(formula, ast.BinOp(base.node, ast.Pow(), power.node), (base.first, script.last))


def _power(formula: Formula, base: Operand, script: Node) -> Operand:
    if base.rank and _is_minus_one(script):
        hint = r"multiply by the array on the other side, as in A B = \operatorname{eye}(n)"
        raise formula.error("the inverse of an array is not read", script, hint)
    if base.rank > 1:
        return _matrix_power(formula, base, script)
    power = exponent(formula, script)
    if not base.pure:
        settle(formula, power)
    return operand(formula, ast.BinOp(base.node, ast.Pow(), power.node), (base.first, script.last))


def _matrix_power(formula: Formula, base: Operand, script: Node) -> Operand:
    """X^2 as X X, for square matrices in a formula without products by entries."""
    square = base.rank == 2 and base.axes[0].size == base.axes[1].size
    token = token_of(only_item(script.argument))
    times = int(token.text) if token is not None and token.text.isdigit() else 0
    if not square or any(t.kind == "ODOT" for t in formula.tokens):
        raise ambiguous_power(formula, script)
    if not 1 <= times <= MAX_POWER:
        hint = rf"exponents of matrices go from 1 to {MAX_POWER}; X^{{\odot k}} is the power of each entry"
        raise formula.error("this power of a matrix is not read", script, hint)
    tree = base.node
    for _ in range(times - 1):
        tree = ast.BinOp(tree, ast.MatMult(), base.node)
    place = (base.first, script.last)
    formula.take(place, f"{' '.join(formula.source.text[slice(*formula.span(place))].split())} is {ast.unparse(tree)}")
    return operand(formula, tree, place)


def ambiguous_power(formula: Formula, part: Node) -> SymconvError:
    """The error for a power that can be that of a matrix or of its entries."""
    hint = r"write X X, or X^{\odot 2} for the squares of the entries"
    return formula.error(f"{AMBIGUOUS}: a power of a matrix or of its entries", part, hint)


def _is_minus_one(script: Node) -> bool:
    match only_item(script.argument):
        case Node("added", (Node("sign") as sign, number)) if sign.symbol.kind == "MINUS":
            token = token_of(number)
            return token is not None and token.text == "1"
    return False


def exponent(formula: Formula, script: Node) -> Operand:
    """A number that stands above a factor."""
    argument = script.argument
    if isinstance(argument, Token) and argument.kind == "NUM" and len(argument.text) > 1:
        raise formula.error(AMBIGUOUS, script, "write braces around the exponent")
    number = read(formula, argument)
    if not number.pure:
        raise formula.error("an exponent is a number", number)
    if in_brackets(only_item(argument), "group") and formula.tokens[number.first].kind == "_LPAR":
        hint = "write an exponent without brackets"
        raise formula.error(f"{AMBIGUOUS}: an exponent or a label", number, hint)
    return number


# Indices


def indexed(formula: Formula, base: Operand, items: Node, last: int, script: bool = False) -> Operand:
    """An array read at indices; below a name they may stand side by side, as in A_{ij}."""
    if base.rank == 0:
        message = "an entry has no entries" if not base.pure else "a number has no entries"
        hint = "indices of one array stand in one pair of brackets"
        if base.pure and (size := token_of(items)) is not None and size.text in formula.names.sizes:
            hint = rf"a remainder is written (…) \bmod {size.text}"
        raise formula.error(message, items, hint)
    match base.node:
        case ast.List([ast.Name(name)]):
            hint = f"{quoted(name)} is {'a size' if name in formula.names.sizes else 'not declared as an array'}"
            raise formula.error("a number has no entries", base, hint)
    parts = _side_by_side(formula, base, items) if script else items.parts
    axes = [*base.axes, *[None] * len(parts)]
    keys = [_key(formula, part, axis) for part, axis in zip(parts, axes, strict=False)]
    used = sum(not (isinstance(k, ast.Constant) and k.value in (None, ...)) for k in keys)
    if used > base.rank:
        raise formula.error(f"{used} indices for an array with {_axes(base)}", items)
    if any(_is_stuffed(part) for part in parts):
        return _stuffed(formula, base, keys, parts, (base.first, last))
    keys = read_at(formula, base, keys, parts)
    tree = ast.Subscript(base.node, tuple_of(keys), ast.Load())
    return replace(operand(formula, tree, (base.first, last)), row=False)


def _is_stuffed(part: Item) -> bool:
    """Whether an index is an arrow upwards."""
    return isinstance(part, Node) and part.rule == "resampled" and part.symbol.kind == "UP"


def _stuffed(
    formula: Formula, base: Operand, keys: Sequence[ast.expr], parts: Sequence[Item], place: tuple[int, int]
) -> Operand:
    """x_{\\uparrow d}: the array with d − 1 zeros between neighbours along the axes that have an arrow."""
    rows: list[ast.expr] = []
    for key, part in zip(keys, parts, strict=True):
        if not isinstance(key, ast.Slice) or (key.lower, key.upper, key.step) != (None, None, None):
            raise formula.error("other indices beside an arrow upwards", part, r"write (A_{\uparrow 2,:})_{i,j}")
        distance = whole_number(formula, part.parts[1]) if _is_stuffed(part) else ast.Constant(1)  # type: ignore[union-attr]
        inner = ast.BinOp(distance, ast.Sub(), ast.Constant(1))
        rows.append(ast.Tuple([ast.Constant(0), ast.Constant(0), inner], ast.Load()))
    rows += [ast.Tuple([ast.Constant(0)] * 3, ast.Load())] * (base.rank - len(rows))
    made = call("lax.pad", base.node, ast.Constant(0), ast.List(rows, ast.Load()))
    return replace(operand(formula, placed(formula, made, formula.span(base)), place), row=False)


def _axes(base: Operand) -> str:
    return f"{base.rank} {'axis' if base.rank == 1 else 'axes'}"


def _side_by_side(formula: Formula, base: Operand, items: Node) -> Sequence[Item]:
    (only, *more) = items.parts
    if more:
        return items.parts
    if base.rank > 1 and isinstance(only, Node) and only.rule == "resampled":
        raise formula.error(
            f"{AMBIGUOUS}: rows, or all axes", items, r"write A_{\downarrow 2,:}, a place for each axis"
        )
    if base.rank > 1 and isinstance(only, Node) and only.rule == "slice":
        ends = [bool(end.parts) for end in only.nodes()]
        if any(ends) and not all(ends):
            raise formula.error(f"{AMBIGUOUS}: a row or a range of rows", items, "write A_{i,:}, or A_{i:,:}")
    letters = letters_of(only)
    if letters is None:
        if base.rank > 1 and isinstance(only, Node) and has_product(only):
            raise formula.error(AMBIGUOUS, items, "separate indices with commas")
        return [only]
    tokens = [t for t in map(token_of, letters) if t is not None]
    digits = [t.text for t in tokens if t.kind == "NUM"]
    if len(letters) == 1:
        small = all(axis.size.integer is not None and axis.size.integer < 10 for axis in base.axes)
        if small and digits and len(digits[0]) == base.rank > 1:
            return [_digit(letters[0], digit) for digit in digits[0]]
        if base.rank > 1 and digits and len(digits[0]) > 1:
            raise formula.error(AMBIGUOUS, items, f"write {', '.join(digits[0])} or {digits[0]}, :")
        return [only]
    if base.rank == 1 and len(letters) == 2 and tokens[0].kind == "NUM" and len(digits) == 1:
        return [only]
    plain = [t.text for t in tokens]
    is_product = bool(digits) and plain[0] in digits and plain[0] not in ("0", "1")
    if len(letters) == base.rank and not is_product and all(len(d) == 1 for d in digits):
        return letters
    hint = f"this array has {_axes(base)}: separate indices with commas, write a product with \\cdot"
    raise formula.error(AMBIGUOUS, items, hint)


def _digit(factor: Node, digit: str) -> Node:
    """One of the digits of a number as an index of its own."""
    token = token_of(factor)
    assert token is not None
    atom_of = Node("atom", (replace(token, text=digit),), factor.first, factor.last)
    return Node("factor", (atom_of,), factor.first, factor.last)


def _remainder(formula: Formula, part: Item, axis: Axis | None) -> ast.expr | None:
    """(n - m)_N, the index of an axis of N entries that begins again at its end."""
    match part:
        case Node("factor", (Node("group") as inside, Node("below", (_, below)))):
            token = token_of(below)
            if axis is None or token is None or token.text != str(axis.size) or not axis.size.is_atom:
                return None
            number = whole_number(formula, inside)
            told = f"({ast.unparse(number)})_{token.text}: the remainder of a division by {token.text}"
            formula.take(part, told)
            size = placed(formula, ast.Name(token.text, ast.Load()), formula.span(below))
            return placed(formula, ast.BinOp(number, ast.Mod(), size), formula.span(part))
    return None


def _key(formula: Formula, part: Item, axis: Axis | None) -> ast.expr:
    """One index or slice."""
    if (remainder := _remainder(formula, part, axis)) is not None:
        return remainder
    if isinstance(part, Node) and part.rule == "slice":
        ends = [whole_number(formula, end.parts[0]) if end.parts else None for end in part.nodes()]
        span = formula.span(part) if part.last else formula.source.trimmed((0, 1))
        return placed(formula, ast.Slice(*ends, *[None] * (3 - len(ends))), span)
    if isinstance(part, Node) and part.rule == "resampled":
        step = whole_number(formula, part.parts[1])
        return placed(formula, ast.Slice(None, None, None if _is_stuffed(part) else step), formula.span(part))
    token = token_of(part) if isinstance(part, Node) else None
    is_new = token is not None and (token.kind, token.text) == ("WORD", "new") and not formula.is_known("new")
    if token is not None and (token.kind == "DOTS" or is_new):
        return placed(formula, ast.Constant(None if is_new else ...), token.span)
    return whole_number(formula, part)
