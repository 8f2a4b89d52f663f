"""Values of programs as arrays and numbers, and what operations on them need of the sizes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symconv.algebra.polynomials import ZERO, Extremum, Floor, Poly, extremum
from symconv.expressions.conversion import to_argument
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.formulas.conditions import Compare, condition_names
from symconv.kernel.facts import refusals
from symconv.limits import MAX_INTEGER, MAX_ROUNDS
from symconv.reading.programs.origins.source import Class, External, Function
from symconv.reading.programs.state.dispatch import evaluate
from symconv.reading.programs.state.held_values import Cell, Item, Ref, entry_number, held, kind
from symconv.reading.programs.state.objects import Object, Run, Unwritten
from symconv.reading.programs.state.paths import Derived, Path, Stale, example, require
from symconv.reading.programs.term_sums.flat_indices import without_small_quotients
from symconv.reading.programs.term_sums.summed_terms import (
    Terms,
    element,
    elements,
    number,
    simplified,
    sizes_of,
    terms_of,
)
from symconv.reading.programs.term_sums.whole_arrays import array_of
from symconv.reading.programs.values.flat_reads import unflattened
from symconv.reading.programs.values.float_arrays import holds_floats
from symconv.reading.programs.values.float_numbers import Float, as_int
from symconv.reading.programs.values.series import Series


def evaluate_whole(node: ast.expr, path: Path) -> Poly:
    """The node as a whole number."""
    return whole_number(evaluate(node, path), path, node)


def whole_number(value: Any, path: Path, node: ast.AST) -> Poly:
    """A value as a whole number that Python holds as one."""
    check_no_floats(value, path, node)
    return rounded_number(value, path, node)


def check_no_floats(value: Any, path: Path, node: ast.AST) -> None:
    """Raise where a float, or an array of floats, stands for a size or an index."""
    if isinstance(value, Float) or not isinstance(value, Poly) and holds_floats(node, path):
        hint = "whole division is written //, and int(…) makes a whole number of a float"
        raise path.error(f"'{path.text(node)}' is a float, which is no size and no index", node, hint)


def rounded_number(value: Any, path: Path, node: ast.AST) -> Poly:
    """A value that is whole, be it a float."""
    if isinstance(value, Ref) and not value.shape:
        value = contents(value, path, node)
    if isinstance(value, TensorExpr) and not value.axes:
        known = entry_number(value, (), path.known)
        value = value if known is None else known
    if not isinstance(value, Poly):
        hint = "indices, bounds and shapes are made of sizes, loop indices and numbers"
        raise path.error(f"'{path.text(node)}' is not a number that is known from the sizes", node, hint)
    value = as_int(value)
    atoms = {type(a) for a in value.atoms}
    if not atoms <= {str, Floor, Extremum} or not all(isinstance(c, int) for c in value.terms.values()):
        raise path.error(f"'{path.text(node)}' is not a whole number", node, "whole division is written //")
    check_size(value, path, node)
    return value


def evaluate_array(node: ast.expr, path: Path) -> TensorExpr:
    """The node as an array or a scalar."""
    return tensor_of(evaluate(node, path), path, node)


def tensor_of(value: Any, path: Path, node: ast.AST) -> TensorExpr:
    """A value as an expression, as it is now."""
    match value:
        case TensorExpr():
            return value
        case Poly():
            return number(value)
        case Ref():
            return contents(value, path, node)
        case Derived():
            return value.make(path)
        case Series(once=Object()):
            return tensor_of(value.used(path, node), path, node)
        case Series() if not value.is_listed and not value.factors:
            return _series(value, path, node)
        case Object(kind="list") if isinstance(path.heap[value], Ref):
            return contents(path.heap[value], path, node)
        case list() | tuple() | Object(kind="list") | Series() if (given := _items(value, path)) is not None:
            items = [tensor_of(v, path, node) for v in given]
            if not items:
                return REGISTRY["zeros"]((0,))
            if items and all(isinstance(i, Operation) and i.operator.name == "array" for i in items):
                return checked(REGISTRY["array"](tuple(i.arguments["entries"] for i in items)), path, node)
            if any(item.axes for item in items):
                return checked(REGISTRY["stack"](items), path, node)
            return checked(REGISTRY["array"](tuple(items)), path, node)
    raise path.error(f"{described(value)} is not an array or a number", node)


def _items(value: Any, path: Path) -> Sequence[Any] | None:
    return value.items(path) if isinstance(value, Series) else path.items_of(value)


def _series(series: Series, path: Path, node: ast.AST) -> TensorExpr:
    """The values of a series as an array."""
    (name,) = element(1)
    count = series.count
    if not path.known.implies(Compare(count, ">=")):
        count = extremum("max", [ZERO, count])
    own = path.reading.fresh(series.name)  # arrays that are made inside have elements of their own
    inner = path.with_facts(path.facts.within(own, ZERO, count))
    value = tensor_of(series.at(inner, Poly.name(own) + series.lower), inner, node)
    if value.axes:
        raise path.error("this is not a list of numbers", node, "make it an array first")
    value = value.replace_names({own: Poly.name(name)})
    facts = elements((count,), path.known)
    return array_of((count,), simplified(terms_of(value), facts), facts)


def contents(ref: Ref, path: Path, node: ast.AST) -> TensorExpr:
    """What a view holds now; an array with flattened axes, unless it is changed, by the expression that made it."""
    check_own(ref, path, node)
    terms, made = path.reading.flattened.get(ref.cell, (None, None))
    if made is not None and ref.is_whole and path.store[ref.cell] is terms:
        return made
    return array_of(ref.shape, assigned(ref, path, node), elements(ref.shape, path.known))


def assigned(ref: Ref, path: Path, node: ast.AST) -> Terms:
    """The terms of a view, every entry of which was assigned."""
    check_own(ref, path, node)
    facts = elements(ref.shape, path.known)
    terms = simplified([t.at(ref.inside()) for t in path.store[ref.cell]], facts)
    terms = tuple(replace(t, value=t.value and unflattened(t.value, t.facts(facts))) for t in terms)
    terms = without_small_quotients(terms, facts)
    lost = [t for t in terms if t.value is None]
    if lost:
        where = example(path, [t.guards for t in lost], ref.shape)
        raise path.error(f"'{path.text(node)}' is read before it is assigned{where}", node)
    return terms


_SHARED = "whether this shares its entries with an array that has changed since is not known"
_COPY = "make it a copy, as in x.copy()"


def check_own(ref: Ref, path: Path, node: ast.AST) -> None:
    """Raise where an array may have changed along with another one."""
    if path.is_overtaken(ref.cell):
        raise path.error(_SHARED, node, _COPY)


def check_kept(inner: Path, path: Path, node: ast.AST) -> None:
    """Raise where an inner path has changed what it has made, and arrays of the path around may have changed along."""
    if path.has_lost_changes_of(inner):
        raise path.error(_SHARED, node, _COPY)


def cells_of(*values: Any) -> frozenset[Cell]:
    """The arrays that hold the entries of values."""
    return frozenset(c for v in values for c in ({v.cell} if isinstance(v, Ref) else getattr(v, "cells", ())))


def cells_in(items: Iterable[Any], path: Path) -> Iterator[Cell]:
    """The arrays that hold the entries of items, and of what is in them."""
    seen: set[Object] = set()
    waiting = list(items)
    while waiting:
        item = waiting.pop()
        if isinstance(item, Object):
            if item in seen:
                continue
            seen.add(item)
        value = path.heap[item] if isinstance(item, Object) else item.rows if isinstance(item, Run) else item
        if isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, (tuple, list)):
            waiting += value
        else:
            yield from cells_of(value)


def sharing(value: Any, cells: frozenset[Cell], path: Path) -> Any:
    """What a function makes of arrays without copying, as far as is known: a change of one may change the other."""
    if isinstance(value, (tuple, list)):
        return type(value)(sharing(v, cells, path) for v in value)
    if not isinstance(value, TensorExpr) or not value.axes or not cells:
        return value
    return stored(value, path, cells)


def view_of(value: Any, path: Path, node: ast.AST) -> Ref:
    """A value as something that has entries."""
    if isinstance(value, Object) and isinstance(path.heap[value], Ref):
        value = path.heap[value]
    return value if isinstance(value, Ref) else stored(tensor_of(value, path, node), path)


def shape_of(value: Any) -> tuple[Poly, ...] | None:
    """The sizes of the axes of a value; None for what is no array."""
    match value:
        case Ref() | Derived():
            return value.shape
        case TensorExpr():
            return sizes_of(value)
    return None


def row(array: Ref, index: Poly, path: Path, node: ast.AST) -> Any:
    """One row of an array: a view, or an entry."""
    view = array.select([index])
    return view if view.shape else entry_of_view(view, path, node)


def entry_of_view(view: Ref, path: Path, node: ast.AST) -> Any:
    """One entry, which is a number, but for PyTorch, which makes a view of it that changes when its array does."""
    value = contents(view, path, node)
    if view.cell.is_list or "torch" not in path.module.libraries:
        return value
    return view if path.module.libraries == {"torch"} else path.new((), terms_of(value), [view.cell])


def stored(array: TensorExpr, path: Path, shares: Iterable[Cell] = (), /, **kinds: bool) -> Ref:
    """A new array that holds what another one does."""
    ref = path.new(sizes_of(array), held(array), shares, **(kinds or kind(array)))
    if any(len(axis.digits) > 1 for axis in array.axes):
        path.reading.flattened[ref.cell] = path.store[ref.cell], array
    return ref


def numbers_in(array: TensorExpr) -> list[Poly] | None:
    """The entries of a line of a few numbers; None for other arrays."""
    count = array.axes[0].size.integer if len(array.axes) == 1 else None
    if count is None or count > MAX_ROUNDS:
        return None
    numbers = [entry_number(array, [Poly.of(k)]) for k in range(count)]
    known = [n for n in numbers if n is not None]
    return known if len(known) == count else None


def stored_list(array: TensorExpr, values: Iterable[Any], path: Path) -> Ref:
    """A new list of what is in other values, whose rows are still theirs."""
    cells = set(cells_in(values, path)) if len(array.axes) > 1 else set()
    has_shared_rows = any(cell.has_shared_rows for cell in cells)
    return stored(array, path, cells, is_list=True, is_complex=True, has_shared_rows=has_shared_rows)


def kept(value: Any, path: Path) -> Any:
    """A value as a name keeps it: a new array can be changed."""
    if isinstance(value, TensorExpr) and value.axes:
        return stored(value, path)
    if path.reading.launch is not None and isinstance(value, Ref):  # a kernel's blocks are values
        return stored(contents(value, path, ast.Pass()), path)
    if isinstance(value, tuple):
        return tuple(kept(v, path) for v in value)
    if isinstance(value, list):
        if value and all(isinstance(v, (Poly, TensorExpr)) for v in value):
            return stored(tensor_of(value, path, ast.Pass()), path, is_list=True, is_complex=True)
        return path.new_object("list", tuple(kept(v, path) for v in value))
    return value


def part_of_view(
    value: Derived, chosen: Sequence[Item], path: Path, node: ast.AST, key: tuple[Any, ...] | None = None
) -> Any:
    """A part of what is worked out whenever it is read, which is worked out then as well; a number at once."""

    def read(now: Path) -> TensorExpr:
        array = contents(stored(value.make(now), now).select(chosen), now, node)
        return array if key is None else array[key]

    first = read(path)
    return Derived(read, sizes_of(first), value.cells) if first.axes else first


def number_as_argument(value: Any) -> Any:
    """A number as an argument of an operator."""
    return to_argument(value) if isinstance(value, Poly) else value


def check_size(value: Poly, path: Path, node: ast.AST) -> None:
    """Raise where a number is beyond every size."""
    if any(isinstance(c, int) and abs(c) > MAX_INTEGER for c in value.terms.values()):
        raise path.error(f"'{path.text(node)}' is too large for a size or an index", node)


def check_unchanged(inner: Path, path: Path, node: ast.AST) -> None:
    """Raise where a part of an expression changed an array, or used an iterator."""
    if any(inner.store[cell] is not terms for cell, terms in path.store.items()):
        raise path.error("an array is changed inside of an expression", node, "make it a statement of its own")
    check_kept(inner, path, node)
    if any(o.kind == "iterator" and inner.heap[o] != word for o, word in path.heap.items()):
        raise path.error("this iterator may be used up here", node, "make a list of it first: list(…)")


def checked(array: TensorExpr, path: Path, node: ast.AST) -> TensorExpr:
    """An expression whose operations have what they need of the sizes."""
    waiting: list[TensorExpr] = [array]
    seen: set[TensorExpr] = set()
    while waiting:
        expr = waiting.pop()
        if expr in seen or not isinstance(expr, Operation) or (expr, path.facts) in path.reading.checked:
            continue
        seen.add(expr)
        waiting += expr.children
        names = {*path.facts.sizes, *path.facts.integers}
        for required in expr.definition.requires:
            condition = Compare(required.left - required.right, "==")
            if condition.poly.names <= names and not path.known.implies(condition):
                hint = f"declare one size, or write: assert {required.left} == {required.right}"
                raise path.error(required.message + example(path, refusals([condition])), node, hint)
        for need in expr.definition.needs:
            if not condition_names(need) <= names:
                continue
            message = f"{expr.operator.name} needs {need}, which does not hold"
            if isinstance(need, Compare):
                require(need, path, node, message)
            elif not path.known.implies(need):
                raise path.error(f"{message} as far as can be shown", node)
    path.reading.checked.update((expr, path.facts) for expr in seen)
    return array


def described(value: Any) -> str:
    """What a value is, for a message."""
    match value:
        case Ref() | Derived() | TensorExpr():
            return "an array"
        case Poly():
            return f"the number {value}"
        case list() | Object(kind="list"):
            return "a list"
        case Object(kind="dict"):
            return "a dictionary"
        case Object() if value.cls is not None:
            return f"an instance of '{value.cls.name}'"
        case Class():
            return f"the class '{value.name}'"
        case Stale(reason):
            return f"what {reason}"
        case tuple():
            return "a tuple"
        case str():
            return f"the string {value[:30]!r}"
        case Unwritten():
            return "a string that is not worked out"
        case External(name):
            return name
        case Function():
            return f"the function '{value.name}'"
        case None:
            return "None"
    return type(value).__name__
