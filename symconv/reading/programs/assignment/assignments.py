"""Assignments of programs: what names and entries of arrays hold after them."""

from __future__ import annotations

import ast
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.expressions.tensors import TensorExpr
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare
from symconv.libraries.entry_types import CUTS, has_whole_entries, may_be_integers
from symconv.limits import MAX_ROUNDS
from symconv.reading.programs.assignment.array_entries import Part, items_of_key, places, select
from symconv.reading.programs.operations.infix import infix
from symconv.reading.programs.read_functions.classes import set_attribute
from symconv.reading.programs.read_functions.container_methods import plain_key
from symconv.reading.programs.state.dispatch import constant, evaluate
from symconv.reading.programs.state.held_values import Ref, entry_of
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Derived, Path, example
from symconv.reading.programs.term_sums.summed_terms import Terms, elements, overwritten, simplified, sizes_of, terms_of
from symconv.reading.programs.values.array_values import (
    cells_in,
    cells_of,
    contents,
    kept,
    part_of_view,
    row,
    shape_of,
    stored,
    tensor_of,
    view_of,
)
from symconv.reading.programs.values.float_arrays import holds_floats
from symconv.reading.programs.values.index_arrays import put
from symconv.reading.programs.values.series import Series

GROWING = ("append", "extend", "insert", "pop", "reverse")
"""Methods after which a list has more items, or fewer, or others."""
_ADDING = {ast.Add: 1, ast.Sub: -1}


def assigned_to_all(node: ast.Assign | ast.AnnAssign, path: Path) -> list[Path]:
    """target = … = value, or target: annotation = value."""
    if node.value is not None:
        value = _kept_as_written(evaluate(node.value, path), node.value, path)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_list = isinstance(value, Ref) and value.cell.is_list
        if is_list and len(targets) > 1 and any(isinstance(t, ast.Subscript) for t in targets):
            raise path.error("one list becomes an item and something else", node, "write two assignments")
        for target in targets:
            assign(target, value, path)
    return [path]


def _kept_as_written(value: Any, node: ast.expr, path: Path) -> Any:
    """A value as a name keeps it, of the kind of numbers that its text tells."""
    if isinstance(value, TensorExpr) and value.axes and may_be_integers(value):
        return stored(value, path, is_complex=is_complex(value), is_integer=not holds_floats(node, path))
    return kept(value, path)


def assign(target: ast.expr, value: Any, path: Path) -> None:
    """target = value."""
    match target:
        case ast.Name(name):
            path.env[name] = value
        case ast.Attribute(ast.Attribute() as parameter, "data"):
            assign(parameter, value, path)
        case ast.Attribute(owner, name):
            set_attribute(evaluate(owner, path), name, value, path, target)
        case ast.Tuple(targets) | ast.List(targets):
            starred = [k for k, t in enumerate(targets) if isinstance(t, ast.Starred)]
            if isinstance(value, (Ref, TensorExpr, Derived)):
                size = (shape_of(value) or (None,))[0]
                rows = size.integer if starred and size is not None else None
                value = _rows(value, len(targets) if rows is None else rows, path, target)
            items = value.used(path, target).items(path) if isinstance(value, Series) else path.items_of(value)
            if items is not None and len(starred) == 1 and len(items) >= len(targets) - 1:
                first, rest = starred[0], len(items) - len(targets) + 1
                items = [*items[:first], kept(list(items[first : first + rest]), path), *items[first + rest :]]
            if items is None or len(items) != len(targets):
                count = "one value" if items is None else len(items)
                raise path.error(f"{len(targets)} names for {count}", target)
            for part, item in zip(targets, items, strict=True):
                assign(part.value if isinstance(part, ast.Starred) else part, item, path)
        case ast.Subscript() if isinstance(owner := evaluate(target.value, path), Object):
            if isinstance(path.heap[owner], Ref):
                assign(_of_rows(owner, target, path), value, path)
            else:
                _set_item(owner, target, value, path)
        case ast.Subscript():
            array, parts = _array(target, path)
            if any(isinstance(p.value, TensorExpr) for p in parts):
                _check_overlap(array, value, path, target)
                for chosen, item in put(array, places(array, parts, path, target), value, path, target):
                    overwrite(chosen, item, path, target)
                return
            entries = _selected(array, parts, path, target)
            if entries.cell.is_list and entries.shape:
                _check_rows(entries, value, path, target)
                _check_length(entries, value, path, target)
            _check_overlap(entries, value, path, target)
            overwrite(entries, value, path, target)
        case _:
            raise path.error("this cannot be assigned to", target)


def _check_rows(part: Ref, value: Any, path: Path, node: ast.AST) -> None:
    """Raise where a row of a list becomes one that something else holds as well, and may change."""
    rows = {*cells_in([value], path)} if len(part.cell.shape) > 1 else set()
    held = {*cells_in([*path.heap, *path.env.values()], path)}
    if any(row is other or row.may_share_with(other) for row in rows for other in held):
        raise path.error("a row of this list becomes one that is held elsewhere", node, "make it a copy: list(row)")


def _check_length(part: Ref, value: Any, path: Path, node: ast.AST) -> None:
    """Raise where a part of a list is replaced by more or fewer items, after which it has another length."""
    shape = shape_of(value) or ()
    count = [Poly.of(len(items))] if (items := path.items_of(value)) is not None else [*shape[:1]]
    if not count or not path.known.implies(Compare(count[0] - part.shape[0], "==")):
        raise path.error("a part of a list is replaced, which may change its length", node, "use an array: np.array(…)")


def _check_overlap(part: Ref, value: Any, path: Path, node: ast.AST) -> None:
    """Raise where PyTorch may read entries that it has written already."""
    cells = cells_of(value)
    is_other = part.cell not in cells and not any(part.cell.may_share_with(c) for c in cells)
    if "torch" not in path.module.libraries or not part.shape or value == part or is_other:
        return
    pairs = zip(part.items, value.items, strict=True) if isinstance(value, Ref) else ()
    places = [a - b for a, b in pairs if isinstance(a, Poly) and isinstance(b, Poly)]
    if not any(path.known.implies(Compare(place, "!=")) for place in places):
        raise path.error("PyTorch reads entries here that it may have written already", node, "add .clone()")


def _of_rows(owner: Object, target: ast.Subscript, path: Path) -> ast.Subscript:
    """An item of a list that a loop has made, as a part of the array of all of them."""
    return ast.copy_location(ast.Subscript(constant(path.heap[owner], target), target.slice, target.ctx), target)


def _set_item(owner: Object, target: ast.Subscript, value: Any, path: Path) -> None:
    """owner[key] = value, for a dictionary or a list."""
    key = evaluate(target.slice, path)
    held = path.heap[owner]
    if owner.kind == "dict":
        path.change(owner, {**held, plain_key(key, path, target): kept(value, path)}, target)
        return
    items, place = path.items_of(owner), key.integer if isinstance(key, Poly) else None
    if items is None or place is None or not -len(items) <= place < len(items):
        raise path.error("which item of the list is assigned to is not known", target)
    changed = list(items)
    changed[place] = kept(value, path)
    path.change(owner, tuple(changed), target)


def _rows(value: Any, count: int, path: Path, node: ast.AST) -> list[Any]:
    ref = view_of(value, path, node)
    if not ref.shape or ref.shape[0] != count:
        raise path.error(f"{count} names for an array that has not {count} rows", node)
    if isinstance(value, Derived):
        return [part_of_view(value, [Poly.of(k)], path, node) for k in range(count)]
    return [row(ref, Poly.of(k), path, node) for k in range(count)]


def _array(target: ast.Subscript, path: Path) -> tuple[Ref, list[Part]]:
    """An array of which entries are assigned to, and the items of their key."""
    array = evaluate(target.value, path)
    if isinstance(array, Derived):
        raise path.error("this view cannot be assigned to", target, "assign to the array itself")
    if not isinstance(array, Ref):
        raise path.error("this has no entries that can be assigned to", target)
    is_written = not isinstance(target.value, ast.Constant)
    if is_written and path.module.arrays_are_values and not array.cell.is_list:
        raise path.error("arrays of JAX cannot be assigned to", target, "write y = y.at[…].set(…)")
    if is_written:
        _check_not_of_jax(array, path, target)
    return array, items_of_key(target.slice, path)


def _selected(array: Ref, parts: list[Part], path: Path, node: ast.AST) -> Ref:
    """The entries of an array that are assigned to."""
    if parts == [Ellipsis]:
        return array
    if any(isinstance(p.value, TensorExpr) for p in parts):
        raise path.error("entries at an array of indices are changed", node, "np.add.at adds; a loop changes each")
    return select(array, [p for p in parts if p is not Ellipsis or len(parts) > 1], path, node)


def _part(target: ast.Subscript, path: Path) -> Ref:
    return _selected(*_array(target, path), path, target)


def _check_not_of_jax(array: Ref, path: Path, node: ast.AST) -> None:
    """Raise where an array may be one of JAX, which never changes, and NumPy's are about as well."""
    if "jax" in path.module.libraries and not (array.cell.is_of_numpy or array.cell.is_list):
        message = "whether this is an array of NumPy, which changes, or one of JAX, which does not, is not known"
        raise path.error(message, node, "make it by np.array(…), or write y = y + …, y = y.at[…].set(…)")


def _check_joined_once(node: ast.AugAssign, path: Path) -> None:
    """Raise where a list gets another length in every step of a loop, or by anything but +=."""
    if path.invocation.continued or not isinstance(node.op, ast.Add):
        raise path.error("adding to a list appends to it, which is not understood here", node, "append one by one")


def is_alone(ref: Ref, name: str, path: Path) -> bool:
    """Whether nothing else surely holds what a name holds, so that it does not matter whether it changes."""
    call = path.invocation
    if call.depth > 1 and call.function is not None and name in {a.arg for a in call.function.parameters}:
        return False
    around, held = call.enclosing, [v for other, v in path.env.items() if other != name]
    while around is not None:
        held += around.names.values()
        around = around.around
    others = {*cells_of(*held), *cells_in([*path.heap, *held], path)}
    return not any(c is ref.cell or c.may_share_with(ref.cell) for c in others)


def let_grow(name: str, path: Path) -> None:
    """Let a name hold a list of a few numbers, which nothing else holds, as one of items that may become more."""
    ref = path.env.get(name)
    if not isinstance(ref, Ref) or not ref.cell.is_list or len(ref.shape) != 1 or not is_alone(ref, name, path):
        return
    count = ref.shape[0].integer
    if count is not None and count <= MAX_ROUNDS and ref.is_whole:
        items = (contents(ref.select([Poly.of(k)]), path, ast.Pass()) for k in range(count))
        path.env[name] = path.new_object("list", tuple(items))


def overwrite(ref: Ref, value: Any, path: Path, node: ast.AST) -> None:
    """Let the entries of a view hold a value."""
    region, _ = ref.region()
    facts = elements(ref.cell.shape, path.known)
    terms = _fitted(value, ref, path, node)
    before = overwritten(path.store[ref.cell], region, facts) if region else ()
    path.store[ref.cell] = simplified([*before, *(t.given(region) for t in terms)], facts)


def _fitted(value: Any, ref: Ref, path: Path, node: ast.AST, sign: int = 1) -> Terms:
    """The terms of a value, spread over the entries of a view."""
    array = tensor_of(value, path, node)
    _check_type(array, ref, path, node)
    shape, targets, (_, index) = sizes_of(array), ref.shape, ref.region()
    extra = max(len(shape) - len(targets), 0)
    if any(size != 1 for size in shape[:extra]):
        raise path.error(f"an array with {len(shape)} axes does not fit into {len(targets)}", node)
    first = len(targets) - len(shape) + extra
    at = [ZERO] * extra
    for size, target, place in zip(shape[extra:], targets[first:], index[first:], strict=True):
        if size == ONE and target != ONE:
            at.append(ZERO)
            continue
        if size != target and not path.known.implies(Compare(size - target, "==")):
            where = example(path, [(Compare(size - target, "!="),)])
            raise path.error(f"{size} entries do not fit into {target}{where}", node)
        at.append(place)
    return terms_of(entry_of(array, at), sign)


def _with_target(node: ast.AugAssign, target: ast.Subscript) -> ast.AugAssign:
    return ast.copy_location(ast.AugAssign(target, node.op, node.value), node)


def augmented(node: ast.AugAssign, path: Path) -> list[Path]:
    """target op= value."""
    target = node.target
    match target:
        case ast.Attribute(owner, name):
            ref = evaluate(target, path)
            if not isinstance(ref, Ref):
                value = infix(node.op, _changeable(ref, path, node), evaluate(node.value, path), path, node)
                set_attribute(evaluate(owner, path), name, kept(value, path), path, node)
                return [path]
        case ast.Name(name):
            ref = evaluate(target, path)
            if isinstance(ref, Object):
                _extend(ref, node, path)
                return [path]
            if isinstance(ref, Ref) and ref.cell.is_list and is_alone(ref, name, path):
                _check_joined_once(node, path)
                path.env[name] = kept(infix(node.op, ref, evaluate(node.value, path), path, node), path)
                return [path]
            if not isinstance(ref, Ref) or path.module.arrays_are_values and not ref.cell.is_list:
                added = infix(node.op, _changeable(ref, path, node), evaluate(node.value, path), path, node)
                path.env[name] = kept(added, path)
                return [path]
            if not is_alone(ref, name, path):
                _check_not_of_jax(ref, path, node)
        case ast.Subscript() if isinstance(owner := evaluate(target.value, path), Object):
            if isinstance(path.heap[owner], Ref):
                return augmented(_with_target(node, _of_rows(owner, target, path)), path)
            held = evaluate(target, path)
            if isinstance(held, (Ref, Derived, Object)):
                raise path.error("changing an array inside of a list or a dictionary in place", node, "name it first")
            value = infix(node.op, held, evaluate(node.value, path), path, node)
            _set_item(owner, target, value, path)
            return [path]
        case ast.Subscript():
            ref = _part(target, path)
        case _:
            raise path.error("this cannot be assigned to", target)
    if ref.shape and ref.cell.is_list:
        raise path.error("adding to a list appends to it, which is not understood", node)
    value = evaluate(node.value, path)
    _check_overlap(ref, value, path, node)
    if type(node.op) in _ADDING:
        _add(ref, value, _ADDING[type(node.op)], path, node)
    else:
        overwrite(ref, infix(node.op, contents(ref, path, target), value, path, node), path, node)
    return [path]


def add_terms(ref: Ref, added: Terms, value: Any, path: Path, node: ast.AST) -> None:
    """Add terms in the elements of a cell, which are made of a value."""
    array = tensor_of(value, path, node)
    _check_type(array, ref, path, node)
    if any(t.value is None for t in path.store[ref.cell]):
        raise path.error("an array is added to before every entry is assigned", node, "make it by np.zeros")
    facts = elements(ref.cell.shape, path.known)
    path.store[ref.cell] = simplified([*path.store[ref.cell], *added], facts)


def _check_type(array: TensorExpr, ref: Ref, path: Path, node: ast.AST) -> None:
    """Raise where entries of an array do not keep what they are given."""
    if ref.cell.has_shared_rows:
        raise path.error("the rows of this list may be one and the same row", node, "make each row a copy")
    if is_complex(array) and not ref.cell.is_complex:
        raise path.error("complex numbers do not fit into an array of floats", node, "make it with dtype=complex")
    if ref.cell.is_integer and not has_whole_entries(array):
        raise path.error(CUTS, node, "make it with dtype=float")


def _changeable(value: Any, path: Path, node: ast.AST) -> Any:
    if isinstance(value, Derived):
        raise path.error("this view cannot be assigned to", node, "assign to the array itself")
    return value


def _extend(owner: Object, node: ast.AugAssign, path: Path) -> None:
    """owner += items, for a list."""
    items, more = path.items_of(owner), path.items_of(evaluate(node.value, path))
    if items is None or more is None or not isinstance(node.op, ast.Add):
        raise path.error("adding to a list appends to it, which is not understood here", node, "append one by one")
    path.change(owner, (*items, *(kept(v, path) for v in more)), node)


def _add(ref: Ref, value: Any, sign: int, path: Path, node: ast.AugAssign) -> None:
    region, _ = ref.region()
    facts = elements(ref.cell.shape, path.known)
    lost = [t for t in path.store[ref.cell] if t.value is None and t.facts(facts).allow(region)]
    if lost:
        where = example(path, [(*lost[0].guards, *region)], ref.cell.shape)
        raise path.error(f"'{path.text(node.target)}' is read before it is assigned{where}", node.target)
    terms = _fitted(value, ref, path, node, sign)
    path.store[ref.cell] = simplified([*path.store[ref.cell], *(t.given(region) for t in terms)], facts)
