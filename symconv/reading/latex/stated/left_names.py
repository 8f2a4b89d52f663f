"""The name on the left of a formula that is not declared, which the formula defines."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symconv.claims.definitions import Definition
from symconv.claims.names import INSTEAD, RESERVED, quoted
from symconv.reading.latex.identifiers.declared_names import entries_of, undeclared
from symconv.reading.latex.lexing.derivative_scope import after_scripts
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.lexing.spelling import in_scripts
from symconv.reading.latex.notations.function_names import function_named
from symconv.reading.latex.notations.sum_ranges import reads_at
from symconv.reading.latex.parsing.grammar_nodes import (
    Item,
    Node,
    index_name,
    items_of,
    joined_names,
    letters_below,
    name_token,
    only_item,
    token_of,
)
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, operand
from symconv.reading.latex.shared_parts.supports import length


@dataclass(frozen=True)
class LeftName:
    """A name, and the indices at which its entries are given or the tensors that it is a function of."""

    name: str
    indices: tuple[str, ...]
    part: Node
    arguments: tuple[str, ...] = ()


def left_name(formula: Formula, member: Node) -> LeftName | None:
    """What a first member names, if that is not declared."""
    base, items, brackets = _parts(member)
    token = name_token(base) if base is not None else None
    if (labelled := _labelled(formula, member)) is not None:
        return labelled
    if token is None or function_named(formula, token) is not None:
        return None
    if formula.is_known(token.text):
        return _with_word(formula, member, token) or _labelled_number(formula, member, token)
    if token.text == "I" or (token.text == "delta" and items):
        return None
    below = member.nodes()[1] if items is not None and not brackets else None
    capital = entries_of(formula, token, below)
    if capital is not None and not any(t.text == capital for t in formula.tokens[member.last :]):
        return None
    if below is not None and (label := letters_below(below)) is not None and _is_label(formula, member, label):
        return LeftName(f"{token.text}_{label}", (), member)
    if below is not None and any(formula.is_known(n) for n in joined_names(token.text, below)):
        return None
    if items is None:
        return LeftName(token.text, (), member)
    if below is not None and (label := _label(formula, member, below)) is not None:
        return LeftName(f"{token.text}_{label}", (), member)
    is_new = token.kind == "LETTER" or (token.text not in INSTEAD and formula.names.nearest(token.text, True) is None)
    if brackets == "group" and is_new and (arguments := _arguments(formula, items)):
        return LeftName(token.text, (), member, arguments)
    return LeftName(token.text, _indices(formula, member, token, items, brackets), member)


def _with_word(formula: Formula, member: Node, token: Token) -> LeftName | None:
    r"""x_{\mathrm{out}}, where x is an array: no index is a word that stands nowhere else."""
    match member:
        case Node("factor", (_, Node("below") as below)) if formula.has_entries(token.text):
            word = token_of(only_item(below.argument))
            is_word = word is not None and word.kind == "WORD" and word.text.isalpha() and word.text != "new"
            uses = [t for t in formula.tokens if word is not None and t.text == word.text]
            if word is not None and is_word and len(uses) == 1 and not formula.is_known(word.text):
                name = f"{token.text}_{word.text}"
                return None if formula.is_known(name) else LeftName(name, (), member)
    return None


def _labelled_number(formula: Formula, member: Node, token: Token) -> LeftName | None:
    """H_{out}, where H is a number."""
    if formula.has_entries(token.text):
        return None
    match member:
        case Node("factor", (_, Node("below") as below)):
            names = joined_names(token.text, below)
            label = letters_below(below)
            if names and label is not None and label.isalpha() and not formula.is_known(label):
                return None if any(formula.is_known(name) for name in names) else LeftName(names[-1], (), member)
    return None


def _arguments(formula: Formula, items: Sequence[Item]) -> tuple[str, ...]:
    """The declared tensors in the brackets of f(x, y), where there is nothing else."""
    names = [token.text for item in items if (token := name_token(item)) is not None]
    is_function = len(names) == len(items) == len({*names}) and all(n in formula.names.tensors for n in names)
    return tuple(names) if is_function else ()


def _labelled(formula: Formula, member: Node) -> LeftName | None:
    """A name with a label, x_3 or x_3[n], where others of its kind are declared, as x_1 is."""
    match member:
        case Node("factor", (base, Node("below") as below)):
            brackets: Node | None = None
        case Node("factors", (Node("factor", (base, Node("below") as below)), Node("factor", (Node() as brackets,)))):
            pass
        case _:
            return None
    token = name_token(base)
    if token is None or function_named(formula, token) is not None:
        return None
    names = joined_names(token.text, below)
    tensor = formula.names.tensors.get(token.text)
    if formula.is_known(token.text) and (brackets is None or tensor is None or len(tensor.axes) != 1):
        return None
    if brackets is not None and brackets.rule in ("group", "bracket"):
        label = letters_below(below)
        if label is not None and not any(formula.is_known(n) for n in names) and _is_label(formula, member, label):
            name = names[-1]
            return LeftName(name, _indices(formula, member, token, items_of(brackets.nodes()[0]), ""), member)
    if formula.is_known(token.text):
        return None
    siblings = [n for n in formula.names.tensors if n.startswith(f"{token.text}_") or n[len(token.text) :].isdigit()]
    siblings = [n for n in siblings if n.startswith(token.text)]
    if not names or not siblings or any(formula.is_known(name) for name in names):
        return None
    name = names[-1] if siblings[0].startswith(f"{token.text}_") else names[0]
    if brackets is None:
        return LeftName(name, (), member) if names[0] != names[-1] else None
    if brackets.rule not in ("group", "bracket"):
        return None
    return LeftName(name, _indices(formula, member, token, items_of(brackets.nodes()[0]), ""), member)


def _parts(member: Node) -> tuple[Item | None, Sequence[Item] | None, str]:
    """What is indexed, the indices if there are any, and the kind of their brackets."""
    match member:
        case Node("factors", (Node("factor", (base,)), Node("factor", (Node("group" | "bracket") as inside,)))):
            return _unwrapped(base), items_of(inside.nodes()[0]), inside.rule
        case Node("factor", (base, Node("below", (_, below)))):
            items = items_of(below)
            match items:
                case (Node("factors") as only,):
                    items = only.nodes()
            return _unwrapped(base), items, ""
        case Node("factor", (base,)):
            return _unwrapped(base), None, ""
    return None, None, ""


def _unwrapped(base: Item) -> Item:
    """A name without the brackets around it."""
    match base:
        case Node("bracket" | "group", (Node("items", (only,)),)) if name_token(only) is not None:
            return only
    return base


def _is_label(formula: Formula, member: Node, label: str) -> bool:
    r"""Whether a subscript cannot be an index: it is made of declared arrays, as in r_{xy}; or a size below a number,
    as in W_N = e^{-2\pi i/N}; or no letter of it stands anywhere else, and indices follow in brackets."""
    if label.isdigit():
        return member.rule == "factors"
    others = [t for place, t in enumerate(formula.tokens) if not member.first <= place < member.last]
    if all(letter in formula.names.tensors for letter in label):
        return True
    if label in formula.names.sizes:
        return member.rule == "factor" and not any(formula.has_entries(t.text) for t in others)
    name, tokens = formula.tokens[member.first].text, formula.tokens
    starts = [place for place, t in enumerate(tokens) if t.kind == "SUB" and tokens[place - 1].text == name]
    labels = {tokens[place].span for start in starts for place in range(start, after_scripts(tokens, start))}
    letters = {t.text for t in others if t.span not in labels and t.kind in ("LETTER", "WORD", "NUM")}
    return member.rule == "factors" and not formula.is_known(label) and not letters & {label, *label}


def _label(formula: Formula, member: Node, below: Node) -> str | None:
    """A subscript that is a part of the name, because nothing else in the formula has it as an index."""
    label = letters_below(below)
    if label is None or label.isdigit() or formula.is_known(label):
        return None
    others = [t for place, t in enumerate(formula.tokens) if not member.first <= place < member.last]
    letters = {t.text for t in others if t.kind in ("LETTER", "WORD", "NUM")}
    return None if label in letters or letters & {*label} else label


def _indices(formula: Formula, member: Node, token: Token, items: Sequence[Item], brackets: str) -> tuple[str, ...]:
    names = [name for item in items if (name := index_name(item)) is not None]
    if len(names) < len(items) or len({*names}) < len(names):
        if token.kind == "WORD" and brackets:
            raise undeclared(formula, token, called=True)
        hint = "what a formula defines is indexed by names"
        raise formula.error(f"{quoted(token.text)} is not declared", member, hint)
    for name, item in zip(names, items, strict=True):
        if formula.is_known(name):
            if brackets == "group":
                raise undeclared(formula, token, called=True)
            raise formula.error(f"{quoted(name)} is no index: it is declared", item)
    return tuple(names)


def check_new(formula: Formula, left: LeftName, value: Operand) -> None:
    """A name that is defined is not nearly another one."""
    _check_prime(formula, left)
    known = [*formula.names.tensors, *formula.names.functions, *formula.definitions]
    near = next((n for n in known if _is_near(left.name, n)), None)
    root = left.name.removesuffix("_squared")
    other = next((n for n in formula.definitions if n != left.name and n.removesuffix("_squared") == root), None)
    if other is not None:
        message = f"{quoted(root)} and its square are both defined"
        raise formula.error(message, left.part, "define one of them, and state the other")
    if near is not None and not _is_capital_of(formula, left, near, value):
        message = f"{quoted(left.name)} is not declared, and {quoted(near)} is"
        raise formula.error(message, left.part, f"write {quoted(near)} if that is meant, or define another name")


def _check_prime(formula: Formula, left: LeftName) -> None:
    """A' beside a square matrix A is its transpose to some."""
    base = formula.names.tensors.get(left.name.partition("_prime")[0])
    is_square = base is not None and len(base.axes) == 2 and base.axes[0].size == base.axes[1].size
    if left.name.endswith("_prime") and is_square and not left.indices:
        name = left.name.partition("_prime")[0]
        hint = rf"write {name}^{{\top}} for the transpose, or declare {name}'"
        raise formula.error(f"{AMBIGUOUS}: the transpose of {quoted(name)} or another array", left.part, hint)


def check_recursion(formula: Formula, left: LeftName, value: Node) -> None:
    """A name that is defined does not stand in what defines it."""
    indices = {place for place, where in in_scripts(formula.tokens) if where == "SUB"}
    for place in sorted({*range(value.first, value.last)} - indices):
        if left.name in names_at(formula.tokens[place:]):
            message = f"{quoted(left.name)} is not declared, and stands in what defines it"
            raise formula.error(message, formula.tokens[place], f"declare {quoted(left.name)}; recursions are not read")


def names_at(tokens: Sequence[Token]) -> set[str]:
    """The name that begins here, alone and with the label below it: W, W_N."""
    label = ""
    match [*tokens[:4]]:
        case [_, Token("SUB"), Token("_LBRACE"), _]:
            stop = next(place for place, token in enumerate(tokens) if token.kind == "_RBRACE")
            label = "".join(t.text for t in tokens[3:stop])
        case [_, Token("SUB"), Token(_, label), *_]:
            pass
    name = tokens[0].text
    return {name, *((f"{name}_{label}", f"{name}{label}") if label else ())}


def _is_capital_of(formula: Formula, left: LeftName, near: str, value: Operand) -> bool:
    r"""Whether a name is the capital of one in what defines it, as that of a transform, X[k] = \sum_n x[n] …, is; or
    the small letter with indices in brackets or another number of axes, which could be no entry of the capital and no
    slip."""
    is_entry = bool(left.indices) and [t.kind for t in formula.tokens[:2]][1:] == ["SUB"]
    tensor = formula.names.tensors.get(near)
    is_other = bool(left.indices) or (tensor is not None and value.rank != len(tensor.axes))
    is_small = left.name.islower() and not is_entry and is_other
    is_capital = len(near) == 1 and near.swapcase() == left.name and (near.islower() or is_small)
    return is_capital and any(t.kind == "LETTER" and t.text == near for t in formula.tokens[left.part.last :])


def _is_near(name: str, other: str) -> bool:
    """Whether a name differs from another one by the case of its letters, or long names by one letter."""
    if name.lower() == other.lower():
        return True
    words = all(len(text) > 2 and text.isalpha() for text in (name, other))
    if not words or abs(len(name) - len(other)) > 1:
        return False
    short, long = sorted((name, other), key=len)
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def definition(formula: Formula, left: LeftName, value: Operand, ranges: Mapping[str, str]) -> Definition:
    """The definition of a name by a value."""
    indices: tuple[str, ...] = left.indices
    match value.node:
        case ast.Subscript(array, key) if indices and not ranges and ast.unparse(key) == ", ".join(indices):
            indices, value = (), operand(formula, array, value)
        case ast.Subscript(array, ast.Tuple(keys)) if indices and not ranges:
            if [ast.unparse(key) for key in keys] == [*indices]:
                indices, value = (), operand(formula, array, value)
    depends = bool(formula.free_names(value.node) & {*indices})
    if value.rank and len(indices) == value.rank and not depends:
        indices = ()
    elif value.rank and indices and not depends:
        message = f"an array with {value.rank} axes beside one that is read at {len(indices)} indices"
        raise formula.error(message, value)
    _check_indices_of(formula, left, value)
    sizes = _sizes(formula, indices, value, ranges)
    known = {*indices, *formula.names.sizes, *formula.bound}
    unknown = sorted(
        {n.id for n in ast.walk(value.node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        - {n.id for n in ast.walk(value.node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        - known
    )
    factors = set() if value.pure else _factors(value.node)
    for name in unknown:
        is_alone = isinstance(value.node, ast.Name) or name in factors
        if not formula.is_known(name) and (is_alone or any(_is_near(name, n) for n in formula.names.tensors)):
            place = next(n for n in ast.walk(value.node) if isinstance(n, ast.Name) and n.id == name)
            raise formula.names.unknown(name, place)
    told = tuple(
        f"{quoted(name)} is not declared" for name in unknown if not (name in RESERVED or formula.is_known(name))
    )
    taken = (*(text for _, text in sorted(formula.notes.taken)), *told)
    text = formula.source.text
    reading = ast.unparse(value.node) if value.pure else str(formula.value(value.node))
    uses = tuple(formula.notes.uses)
    ends = None if sizes is not None else _ends(formula, indices, value)
    return Definition(
        left.name, indices, value.node, reading, sizes, ends, left.arguments, text=text, taken=taken, uses=uses
    )


def _ends(formula: Formula, indices: Sequence[str], value: Operand) -> tuple[str, ...] | None:
    """The numbers of entries outside of which all are 0, as those of a convolution are."""
    ends = [length(formula, value.node, index) for index in indices]
    return None if None in ends else tuple(end for end in ends if end is not None) or None


def _check_indices_of(formula: Formula, left: LeftName, value: Operand) -> None:
    """An index stands on the left as well, or is summed over."""
    free = formula.free_names(value.node) - {*left.indices}
    for read in formula.notes.reads:
        if read.name in free and not formula.is_declared(read.name):
            message = f"the index {quoted(read.name)} stands on the right only"
            hint = rf"write \sum_{{{read.name}}} if it is summed over, or the index on the left as well"
            raise formula.error(message, read.place, hint)


def _factors(tree: ast.expr) -> set[str]:
    """The names that are factors somewhere outside of indices, and in none."""
    products = [n for n in ast.walk(tree) if isinstance(n, ast.BinOp) and isinstance(n.op, (ast.Mult, ast.MatMult))]
    names = {side.id for n in products for side in (n.left, n.right) if isinstance(side, ast.Name)}
    keys = [n.slice for n in ast.walk(tree) if isinstance(n, ast.Subscript)]
    calls = [a for n in ast.walk(tree) if isinstance(n, ast.Call) for a in n.args if ast.unparse(n.func) in RESERVED]
    inside = {n.id for part in (*keys, *calls) for n in ast.walk(part) if isinstance(n, ast.Name)}
    return names - inside


def _sizes(
    formula: Formula, indices: Sequence[str], value: Operand, written: Mapping[str, str]
) -> tuple[str, ...] | None:
    """The sizes of the axes, where each index is written with its range or is read alone, in axes of one size; None
    where entries could go on behind the end of an array, as those of x[n] + x[n-1] do."""
    sizes = []
    for index in indices:
        uses = sum(isinstance(node, ast.Name) and node.id == index for node in ast.walk(value.node))
        alone = [size for _, size in reads_at(formula, value.node, index)]
        own = {written[index]} if index in written else {*alone} if len(alone) == uses else set()
        if len(own) != 1:
            return None
        sizes += [*own]
    return tuple(sizes) if indices else None
