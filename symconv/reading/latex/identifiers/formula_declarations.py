r"""What is declared before a formula: claim text, or A \in \mathbb{R}^{H \times W}."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from symconv.claims.declarations import declaration, declare, declare_function
from symconv.claims.names import DECLARE, quoted
from symconv.claims.reader_state import Reader
from symconv.claims.syntax import Mark, Span
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.lexing.spelling import spelled
from symconv.reading.latex.lexing.tokens import tokens
from symconv.reading.latex.parsing.grammar import parse
from symconv.reading.latex.parsing.grammar_nodes import (
    Item,
    Node,
    index_name,
    items_of,
    letters_below,
    name_token,
    token_of,
)
from symconv.reading.latex.shared_parts.forms import by_times, whole_number
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, placed


def declarations(reader: Reader, end: int) -> None:
    """Read what stands before the colon, piece by piece."""
    source = reader.source
    cuts = [-1, *_outer(source.text[:end], ","), end]
    pieces = [source.trimmed((before + 1, after)) for before, after in pairwise(cuts)]
    for (start, stop), following in zip(pieces, [*pieces[1:], None], strict=True):
        if start >= stop:
            raise source.error("a declaration is missing here", (stop, stop + 1), DECLARE)
        text = source.text[start:stop]
        if following and re.fullmatch(r"[\w\\']+", text) and r"\in" in source.text[slice(*following)]:
            message = f"{AMBIGUOUS}: whether {quoted(text)} is a number or an array as well"
            raise source.error(message, (start, stop), r"declare each: A \in \mathbb{R}^{n}, B \in …")
        if text == "lambda":  # a word of Python
            node = placed(Formula(reader, []), ast.Name("λ", ast.Load()), (start, stop))
            declare(reader, "λ", node, [], False)
        elif re.search(r"[\\'^{$]", text):
            _in_latex(reader, (start, stop))
        else:
            outside = {*_outside(text)}
            words = [Mark(m[0], start + m.start()) for m in re.finditer(r"\w+", text) if m.start() in outside]
            declaration(reader, (start, stop), words)
        reader.names.check_distinct()


def _in_latex(reader: Reader, span: Span) -> None:
    word = re.search(r"(?<=[\]}])\s+complex$", reader.source.text[slice(*span)])
    span = (span[0], span[0] + word.start()) if word else span
    letters, _ = spelled(reader.names, tokens(reader.source, *span), declaring=True)
    formula = Formula(reader, letters)
    tree = parse(reader.source, formula.tokens, span)
    sizes: Sequence[Item] = ()
    name, is_complex, is_function, is_integer = None, word is not None, False, False
    match tree.parts:
        case (Node("chain", (left, Node("relation", (Token("IN"),)), Node() as space)),):
            field = token_of(space.parts[0])
            plain = len(space.parts) < 3 and all(n.rule in ("atom", "above") for n in space.nodes())
            is_integer = field is not None and field.text == "Z"
            if plain and field is not None and field.kind == "FIELD" and len(space.parts) < 2 + (not is_integer):
                name, is_complex = _name(left), field.text == "C"
                sizes = _sizes_above(formula, space)
        case (Node("factors", (left, Node("factor", (Node("nothing"),)))),):
            name, is_function = _name(left), True
        case (Node("factors", (left, Node("factor", (Node("bracket", (Node("items", items),)),)))),):
            name, sizes = _name(left), items
        case (only,):
            name = _name(only)
    if name is None:
        raise formula.error("this is not a declaration", tree, rf"{DECLARE}, or A \in \mathbb{{R}}^{{H \times W}}")
    node = placed(formula, ast.Name(name, ast.Load()), formula.span(tree))
    if is_function:
        declare_function(reader, name, node)
    elif is_integer:
        reader.names.check_new(name, node)
        reader.names.parameters.append(name)
    else:
        _declare(formula, name, node, sizes, is_complex)


def _name(item: Item) -> str | None:
    """A name, with what stands below it, as in W_{xh}."""
    match item:
        case Node("factor", (base, Node("below") as below)) if (token := name_token(base)) is not None:
            label = letters_below(below)
            return index_name(item) or (f"{token.text}_{label}" if label is not None else None)
    return index_name(item)


def _declare(formula: Formula, name: str, node: ast.expr, sizes: Sequence[Item], is_complex: bool) -> None:
    trees = [whole_number(formula, item) for item in sizes]
    for part in (part for tree in trees for part in ast.walk(tree)):
        if isinstance(part, ast.Name):
            formula.names.check(part.id, part)
    declare(formula.reader, name, node, trees, is_complex)


def _sizes_above(formula: Formula, space: Node) -> Sequence[Item]:
    r"""The sizes in \mathbb{R}^{H \times W}; none for \mathbb{R}."""
    scripts = space.nodes()[1:]
    items = items_of(scripts[0].argument) if scripts else ()
    return by_times(formula, items[0]) if len(items) == 1 else items


# The text before the colon


def colon(text: str) -> int | None:
    """Where the declarations end, if there are any."""
    return next(iter(_outer(text, ":")), None)


def _outer(text: str, mark: str) -> list[int]:
    """Where a mark stands outside all brackets."""
    places = [place for place in _outside(text) if text[place] == mark and text[place + 1 : place + 2] != "="]
    return [place for place in places if text[place - 1 : place] != "\\"]


def _outside(text: str) -> Iterator[int]:
    """The places outside all brackets."""
    depth = 0
    for place, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth <= 0:
            yield place
