r"""Functions by name: \operatorname{flip}(K), with what stands above and below the name as parameters."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.claims.names import SCALAR_FUNCTIONS, named_operator, quoted
from symconv.reading.latex.latex_notations import ABOVE, BELOW, FUNCTIONS, scripted_form
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.notations.second_derivatives import hessian, is_second
from symconv.reading.latex.parsing.grammar_nodes import (
    Item,
    Node,
    in_brackets,
    items_of,
    name_token,
    only_item,
    several,
    token_of,
)
from symconv.reading.latex.shared_parts.entry_products import common_indices, lifted
from symconv.reading.latex.shared_parts.forms import by_times, read, settled, whole_number
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, call, operand, placed, tuple_of
from symconv.reading.latex.shared_parts.scripts import ambiguous_power
from symconv.reading.latex.shared_parts.second_reading import settle

#: Functions whose argument is a matrix by convention.
_OF_MATRICES = ("trace", "vec", "diag", "grad")
_WORDS = {"True": True, "False": False, "None": None}


def function_named(formula: Formula, token: Token) -> str | None:
    """The function that a name stands for: an operator, a declared one, exp, max, min, or the word rot."""
    names = formula.names
    if token.text == "F" and token.font == "mathcal" and not formula.is_known("F"):
        return "fft"
    if token.text in names.functions:
        return token.text
    if token.kind != "WORD" or token.text in names.tensors or token.text in names.sizes or token.text in formula.bound:
        return None
    name = FUNCTIONS.get(token.text, token.text)
    return name if named_operator(name) or name in SCALAR_FUNCTIONS or name == "rot" else None


def called(formula: Formula, name: str, head: Node, following: Node | None) -> Operand:
    """A function applied to what stands in brackets."""
    match following:
        case Node(_, (Node("group" | "set", (Node("items", items),)) as inside, *_)):
            place = (head.first, inside.last)
        case Node(_, (Node("bracket", (Node("items", (_,) as items),)) as inside, *_)) if named_operator(name):
            place = (head.first, inside.last)
        case _:
            word = head.nodes()[0].symbol.text
            raise formula.error(f"{quoted(word)} is a function", head, "its argument stands in round brackets")
    scripts = head.nodes()[1:]
    for item in items if name not in _OF_MATRICES else ():
        _check_power(formula, item)
    if name == "rot":
        return _rotated(formula, head, items, place)
    if name in ("fft", "ifft") and len(items) == 1:
        return _transformed(formula, name, scripts, items[0], place)
    if name in formula.names.functions or name in SCALAR_FUNCTIONS:
        if scripts:
            raise formula.error(f"{quoted(name)} takes nothing above or below it", scripts[0])
        parts = [read(formula, item) for item in items]
        value = operand(formula, call(name, *(p.node for p in parts)), place)
        if value.rank and name in formula.names.functions:
            formula.take(place, f"{name} acts on each entry")
        if not value.pure:
            for part in parts:
                settle(formula, part)
        return value
    if name == "grad" and any(is_second(formula, script) for script in scripts):
        return _second_gradient(formula, scripts, items, place)
    return _with_parameters(formula, name, scripts, items, place)


def _with_parameters(
    formula: Formula, name: str, scripts: Sequence[Node], items: Sequence[Item], place: tuple[int, int]
) -> Operand:
    """An operator with its parameters in the brackets, below its name and above it."""
    positional, keywords = _arguments(formula, items)
    for script in scripts:
        table, where = (BELOW, "below") if script.rule == "below" else (ABOVE, "above")
        if name not in table:
            raise formula.error(f"{quoted(name)} takes nothing {where} it", script)
        key = table[name]
        if key in keywords:
            raise formula.error(f"{quoted(key)} is given twice", script)
        keywords[key] = _script(formula, script, name)
    if name == "einsum" and "subscripts" in keywords:
        positional.insert(0, keywords.pop("subscripts"))
    if name in ("concatenate", "stack"):
        positional = [ast.List(positional, ast.Load())]
    return operand(formula, call(name, *positional, **keywords), place)


def _second_gradient(
    formula: Formula, scripts: Sequence[Node], items: Sequence[Item], place: tuple[int, int]
) -> Operand:
    r"""\nabla_x^2(f)."""
    below = [script for script in scripts if script.rule == "below"]
    if len(below) != 1 or len(items) != 1:
        hint = r"as in \nabla_{x}^2 (x^\top A x)"
        raise formula.error("a derivative tells below by which array", place, hint)
    return hessian(formula, settled(formula, items[0]), read(formula, below[0].argument), place)


def _check_power(formula: Formula, item: Item) -> None:
    """A power of a matrix alone as an argument can be meant entry by entry, but where only matrices are taken."""
    match item:
        case Node("factor", (*_, Node("above") as script)) if read(formula, item).rank > 1:
            power = token_of(only_item(script.argument))
            if power is not None and power.kind == "NUM":
                raise ambiguous_power(formula, script)


def _transformed(formula: Formula, name: str, scripts: Sequence[Node], item: Item, place: tuple[int, int]) -> Operand:
    r"""\mathrm{DFT}_N\{x\}, of an array or of an entry x[n] that stands for it."""
    value = settled(formula, item)
    tree = value.node
    names = common_indices(tree) if value.rank == 0 and not value.pure else None
    if names is not None and not {*names} & {*formula.bound} and (array := lifted(formula, tree, names)) is not None:
        formula.take(value, f"{ast.unparse(tree)} stands for all of its entries")
        value = operand(formula, array, value)
    word = formula.tokens[place[0]].text
    if value.rank > 1 and word not in ("fft", "ifft") and not formula.conventions.is_given:
        hint = r"\operatorname{fft}(X) transforms the last axis"
        raise formula.error(f"{AMBIGUOUS}: which of {value.rank} axes are transformed", value, hint)
    if not value.rank:
        hint = r"x[n] alone stands for all entries of x; a shifted array is \operatorname{roll}(x, m)"
        raise formula.error("a transform takes an array, and this is an entry or a number", value, hint)
    for script in scripts:
        token = token_of(script.argument)
        if name == "fft" and _is_inverse(formula, script):
            name = "ifft"
            continue
        if script.rule != "below" or token is None or len(value.axes) != 1 or token.text != str(value.axes[0].size):
            hint = "the number of entries stands below"
            raise formula.error("a transform takes no more than its length below it", script, hint)
    return operand(formula, call(name, value.node), place)


def _is_inverse(formula: Formula, script: Node) -> bool:
    argument = script.argument
    return (
        script.rule == "above" and isinstance(argument, Node) and ast.unparse(whole_number(formula, argument)) == "-1"
    )


def _rotated(formula: Formula, head: Node, items: Sequence[Item], place: tuple[int, int]) -> Operand:
    r"""\operatorname{rot}_{180}(K)."""
    scripts = head.nodes()[1:]
    token = token_of(scripts[0].argument) if scripts else None
    if len(scripts) != 1 or token is None or token.text != "180" or len(items) != 1:
        hint = r"write \operatorname{rot}_{180}(K) or \operatorname{rot90}(K)"
        raise formula.error("'rot' turns by 180", head, hint)
    array = read(formula, items[0])
    if array.rank != 2:
        raise formula.error(f"'rot' turns matrices, not arrays with {array.rank} axes", array)
    return operand(formula, call("rot90", array.node, ast.Constant(2)), place)


# Arguments


def _arguments(formula: Formula, items: Sequence[Item]) -> tuple[list[ast.expr], dict[str, ast.expr]]:
    positional: list[ast.expr] = []
    keywords: dict[str, ast.expr] = {}
    for item in items:
        match item:
            case Node("chain", (left, Node("relation", (Token("EQ"),)), right)) if token := name_token(left):
                if token.text in keywords:
                    raise formula.error(f"{quoted(token.text)} is given twice", item)
                keywords[token.text] = _parameter(formula, right)
            case _ if keywords:
                raise formula.error("named arguments come last", item)
            case _ if in_brackets(item, "group") and several(item) is not None:
                positional.append(_parameter(formula, item))
            case _:
                positional.append(settled(formula, item).node)
    return positional, keywords


def _parameter(formula: Formula, item: Item) -> ast.expr:
    """A number, a word, or several of them in brackets."""
    token = token_of(item)
    if token is not None and token.kind == "WORD" and not formula.is_known(token.text):
        return _written(formula, _WORDS.get(token.text, token.text), token)
    parts = several(item)
    if parts is not None:
        return placed(formula, ast.Tuple([_parameter(formula, part) for part in parts], ast.Load()), formula.span(item))
    return whole_number(formula, item)


def _written(formula: Formula, value: str | bool | None, token: Token) -> ast.expr:
    """A word as it is typed in claims."""
    return placed(formula, ast.Constant(value), token.span)


def _script(formula: Formula, script: Node, name: str) -> ast.expr:
    """What stands above or below the name of a function: numbers, or sizes joined by ×."""
    argument = script.argument
    token = token_of(argument)
    if name == "grad":
        return read(formula, argument).node
    if token is not None and name == "einsum":
        return _written(formula, "".join(token.text.split()), token)
    if token is not None and token.kind == "PATTERN":
        return _written(formula, token.text, token)
    if name == "ravel":
        if token is None or token.text != "F":
            raise formula.error("'ravel' takes F below it, or nothing", script)
        return _written(formula, "F", token)
    items = items_of(argument)
    sizes = items if len(items) > 1 else by_times(formula, items[0])
    return placed(formula, tuple_of(_parameter(formula, item) for item in sizes), formula.span(script))


@scripted_form("atom")
def _filled(formula: Formula, factor: Node) -> tuple[Operand, int] | None:
    r"""An array of zeros or ones, \mathbf{1}_{n}, or an identity matrix, I_n, with its sizes below."""
    token, scripts = token_of(factor.parts[0]), factor.nodes()[1:]
    is_identity = token is not None and (token.kind, token.text) == ("LETTER", "I")
    is_identity = is_identity and "I" not in formula.bound and not formula.is_declared("I")
    if token is None or scripts[0].rule != "below" or not (token.kind == "FILLED" or is_identity):
        return None
    sizes = _script(formula, scripts[0], "")
    place = (factor.first, scripts[0].last)
    if token.kind == "FILLED":
        return operand(formula, call(token.text, sizes), place), 1
    given = sizes.elts if isinstance(sizes, ast.Tuple) else [sizes]
    if len(given) > 2:
        raise formula.error("an identity matrix has one or two sizes", scripts[0])
    match scripts:
        case [_, Node("above", (_, Node("items", (Node("factor", (Node("group", (Node("items", (k,)),)),)),)))), *_]:
            tree = call("eye", *given, k=whole_number(formula, k))
            return operand(formula, tree, (factor.first, scripts[1].last)), 2
    return operand(formula, call("eye", *given), place), 1
