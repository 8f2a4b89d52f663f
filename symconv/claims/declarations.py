"""What is declared before the colon of a claim: arrays with their sizes, numbers, integers and functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from symconv.claims.expression_reader import integer_of
from symconv.claims.names import DECLARE, names_below, quoted
from symconv.claims.reader_state import Reader, built
from symconv.claims.syntax import Mark, Span
from symconv.expressions.tensors import Tensor
from symconv.limits import MAX_AXES

#: What may follow a declared name.
KINDS = ("complex", "int")


def declarations(reader: Reader, spans: Iterable[Span]) -> None:
    """Read all declarations of a claim's text."""
    for start, end in spans:
        declaration(reader, (start, end), [m for m in reader.source.marks if start <= m.start < end])
    reader.names.check_distinct()
    reader.spans.clear()


def declaration(reader: Reader, span: Span, words: Sequence[Mark]) -> None:
    """Read `name[size, …]` or `name`, either perhaps followed by `complex`, `name int`, or `name()`.

    `words` stand outside of brackets.
    """
    source = reader.source
    kind = words[1].text if len(words) == 2 and words[1].text in KINDS else None
    if len(words) > 1 and kind is None:
        where = words[2 if words[1].text in KINDS else 1]
        raise source.error(f"unexpected {quoted(where.text)} in a declaration", (where.start, where.end), DECLARE)
    tree = source.parse((span[0], words[1].start if kind else span[1]))
    is_complex = kind == "complex"
    match tree:
        case ast.Name(name) if kind == "int":
            reader.names.check_new(name, tree)
            reader.names.parameters.append(name)
        case _ if kind == "int":
            raise source.fail("only a number without axes is an 'int'", tree, DECLARE)
        case ast.Name(name):
            declare(reader, name, tree, [], is_complex)
        case ast.Subscript(ast.Name(name), key):
            declare(reader, name, tree, key.elts if isinstance(key, ast.Tuple) else [key], is_complex)
        case ast.Call(ast.Name(name), [], []) if not is_complex:
            declare_function(reader, name, tree)
        case _:
            raise source.fail("this is not a declaration", tree, DECLARE)


def declare(reader: Reader, name: str, node: ast.expr, sizes: Sequence[ast.expr], is_complex: bool) -> None:
    """Declare an array with these sizes."""
    names, source = reader.names, reader.source
    names.check_new(name, node)
    for place in names_below(sizes):
        names.check(place.id, place)
        names.sizes.add(place.id)
    if len(sizes) > MAX_AXES:
        raise source.fail(f"an array with {len(sizes)} axes", node, f"arrays have at most {MAX_AXES} axes")
    shape = [integer_of(reader, size, {}) for size in sizes]
    for written, size in zip(sizes, shape, strict=True):
        if isinstance(size, int) and size < 1:
            raise source.fail(f"the size {size} is not a size", written, "sizes are 1 or more")
    names.declare(built(reader, node, Tensor, name, *shape, complex=is_complex))


def declare_function(reader: Reader, name: str, node: ast.expr) -> None:
    """Declare a function of which nothing is known."""
    reader.names.check_new(name, node)
    reader.names.functions.append(name)
