"""Names that formulas before have defined: what stands for them, whole or by their entries."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from itertools import count
from typing import cast

from symconv.claims.definitions import Definition
from symconv.claims.names import quoted
from symconv.claims.syntax import Span
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import TensorExpr
from symconv.expressions.traversal import is_complex
from symconv.reading.latex.parsing.grammar_nodes import (
    Item,
    Node,
    items_of,
    joined_names,
    letters_of,
    name_token,
    token_of,
)
from symconv.reading.latex.shared_parts.forms import atom, settled, whole_number
from symconv.reading.latex.shared_parts.formula import Formula, Operand, call, operand, placed, synthetic
from symconv.reading.latex.shared_parts.scripts import scripted
from symconv.reading.latex.shared_parts.second_reading import opaque


def standing_for(formula: Formula, definition: Definition, place: tuple[int, int]) -> Operand:
    """The whole array or number of a definition."""
    sizes = definition.sizes or definition.ends
    if definition.indices and sizes is None:
        written = f"{definition.name}[{', '.join(definition.indices)}]"
        message = f"{quoted(definition.name)} is defined by its entries, and where they end does not follow"
        raise formula.error(message, place, f"write its entries, as in {written}")
    tree = definition.value
    for index, size in reversed([*zip(definition.indices, sizes or (), strict=True)]):
        limit = synthetic(formula, size, formula.span(place))
        target = ast.Name(index, ast.Store())
        tree = ast.ListComp(tree, [ast.comprehension(target, call("range", limit), [], 0)])
    _used(formula, definition, place)
    if definition.indices and definition.sizes is None:
        formula.take(place, f"{definition.name} has {' by '.join(sizes or ())} entries: outside of them its sum is 0")
    return operand(formula, _renamed(formula, tree, formula.span(place)), place)


def entry_defined(formula: Formula, factors: Sequence[Node]) -> tuple[Operand, int] | None:
    """An entry of what is defined by its entries alone, and how many factors that is."""
    head = factors[0]
    if (conjugated := _conjugated(formula, head)) is not None:
        return conjugated
    token = token_of(head.parts[0])
    definition = formula.definitions.get(token.text) if token is not None else None
    scripts = head.nodes()[1:]
    if definition is None and token is not None and scripts and scripts[0].rule == "below":
        names = [n for n in joined_names(token.text, scripts[0]) if n in formula.definitions]
        definition, scripts = (formula.definitions[names[0]], scripts[1:]) if names else (None, scripts)
    if definition is not None and definition.arguments:
        return _applied(formula, definition, factors)
    if definition is None or not definition.indices or definition.sizes is not None:
        return None
    items: Sequence[Item] = ()
    after: Sequence[Item] = ()
    last, used = head.last, 1
    match scripts, factors[1:]:
        case [Node("below", (_, below)), *after], _:
            items = items_of(below)
            letters = letters_of(items[0]) if len(items) == 1 and len(definition.indices) > 1 else None
            items = letters or items
        case [], [Node("factor", (Node("group" | "bracket", (Node("items", parts),)) as inside, *above)), *_]:
            items, last, used, after = parts, inside.last, 2, above
    if not items:
        return None
    if len(items) != len(definition.indices):
        times = len(definition.indices)
        message = (
            f"{quoted(definition.name)} is defined by its entries at {times} {'index' if times == 1 else 'indices'}"
        )
        raise formula.error(message, head, f"as in {definition.name}[{', '.join(definition.indices)}]")
    keys = {}
    for name, item in zip(definition.indices, items, strict=True):
        index = to_poly(formula.value(whole_number(formula, item))) - formula.conventions.base
        keys[name] = synthetic(formula, str(index), formula.span((head.first, last)))
    place = (head.first, last)
    _used(formula, definition, place)
    tree = with_names(formula, _renamed(formula, definition.value, formula.span(place)), keys)
    entry = opaque(formula, operand(formula, tree, place))
    return scripted(formula, entry, [script for script in after if isinstance(script, Node)]), used


def _conjugated(formula: Formula, head: Node) -> tuple[Operand, int] | None:
    r"""\overline{X}_k as the conjugate of X_k."""
    match head.parts:
        case (Node("conjugate", (inner,)), Node("below") as below, *above) if name_token(inner) is not None:
            name = inner if isinstance(inner, Node) else atom(formula, inner)
            entry = entry_defined(formula, [Node("factor", (name, below), head.first, below.last)])
            if entry is not None:
                value = operand(formula, call("conj", entry[0].node), (head.first, below.last))
                return scripted(formula, value, [script for script in above if isinstance(script, Node)]), 1
    return None


def _applied(formula: Formula, definition: Definition, factors: Sequence[Node]) -> tuple[Operand, int] | None:
    """A function of tensors at other ones; None where it stands without brackets."""
    match factors[1:]:
        case [Node("factor", (Node("group", (Node("items", items),)) as inside, *scripts)), *_] if not (
            factors[0].nodes()[1:]
        ):
            pass
        case _:
            return None
    place = (factors[0].first, inside.last)
    if len(items) != len(definition.arguments):
        message = f"{quoted(definition.name)} is a function of {len(definition.arguments)}"
        raise formula.error(message, inside, f"as in {definition.name}({', '.join(definition.arguments)})")
    values = {}
    for name, item in zip(definition.arguments, items, strict=True):
        value, tensor = settled(formula, item), formula.names.tensors.get(name)
        if tensor is None:
            raise formula.error(f"{quoted(definition.name)} is defined for {quoted(name)}, which is not declared", item)
        if [a.size for a in value.axes] != [a.size for a in tensor.axes]:
            shape = ", ".join(str(a.size) for a in tensor.axes)
            message = f"{quoted(definition.name)} is defined for {name}[{shape}]" if shape else "a number belongs here"
            raise formula.error(message, value, "an argument has the shape that is declared")
        tensor_value = formula.value(value.node)
        if not tensor.is_complex_valued and isinstance(tensor_value, TensorExpr) and is_complex(tensor_value):
            raise formula.error(f"{quoted(definition.name)} is defined for real {quoted(name)}", value)
        values[name] = value.node
    _used(formula, definition, place)
    tree = with_names(formula, _renamed(formula, definition.value, formula.span(place)), values)
    return scripted(formula, operand(formula, tree, place), [n for n in scripts if isinstance(n, Node)]), 2


def _used(formula: Formula, definition: Definition, place: tuple[int, int]) -> None:
    if definition.name not in formula.notes.uses:
        formula.notes.uses[definition.name] = None
        formula.take(place, f"{definition}, as defined")


def with_names(formula: Formula, tree: ast.expr, values: Mapping[str, ast.expr]) -> ast.expr:
    """A copy of a tree with trees put for names, once for each place: a part that stands twice may be one node."""

    def put(part: ast.AST) -> ast.AST:
        if isinstance(part, ast.Name) and part.id in values:
            return deepcopy(values[part.id])
        return _rebuilt(part, put)

    return placed(formula, cast("ast.expr", put(tree)), formula.source.places[tree])


def _rebuilt(part: ast.AST, change: Callable[[ast.AST], ast.AST]) -> ast.AST:
    """A new node with what becomes of the nodes in it."""
    fields: dict[str, object] = {}
    for name, value in ast.iter_fields(part):
        if isinstance(value, list):
            fields[name] = [change(each) if isinstance(each, ast.AST) else each for each in value]
        else:
            fields[name] = change(value) if isinstance(value, ast.AST) else value
    return type(part)(**fields)


def _renamed(formula: Formula, tree: ast.expr, span: Span) -> ast.expr:
    """A copy whose bound names are not in the formula."""
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    taken = {t.text for t in formula.tokens} | {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    names: dict[str, str] = {}
    for name in sorted(bound & {t.text for t in formula.tokens}):
        names[name] = next(new for k in count(1) if (new := f"{name}{k}") not in taken and not formula.is_known(new))

    def rename(part: ast.AST) -> ast.AST:
        return ast.Name(names.get(part.id, part.id), part.ctx) if isinstance(part, ast.Name) else _rebuilt(part, rename)

    return placed(formula, cast("ast.expr", rename(tree)), span)
