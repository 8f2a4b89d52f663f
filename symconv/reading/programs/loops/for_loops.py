"""Loops of programs: read at one symbolic index and summed, or followed step by step."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from symconv.algebra.polynomials import ZERO, Poly, extremum
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_sympy
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.formulas.conditions import Compare
from symconv.limits import MAX_ROUNDS
from symconv.reading.programs.assignment.assignments import assign, let_grow
from symconv.reading.programs.branching.branches import are_mergeable, joined
from symconv.reading.programs.loops.closed_loops import Carried, Loop, Unresolved, closed
from symconv.reading.programs.loops.flattened_loops import by_digits
from symconv.reading.programs.loops.generators import inlined_loop
from symconv.reading.programs.loops.growing_lists import grown_lists, joined_list
from symconv.reading.programs.loops.iteration import Iteration, iteration, narrowed_by, product_targets, series_of
from symconv.reading.programs.loops.loop_counters import counted_up
from symconv.reading.programs.state.dispatch import block, constant
from symconv.reading.programs.state.held_values import Cell, Ref, held
from symconv.reading.programs.state.objects import Growing, Object
from symconv.reading.programs.state.paths import Derived, Path, Stale
from symconv.reading.programs.term_sums.summed_terms import elements, expression_of, merged, simplified, terms_of
from symconv.reading.programs.values.array_values import cells_of, check_kept, shape_of, tensor_of
from symconv.reading.programs.values.series import Series

Variable: TypeAlias = "Cell | str"
"""What an iteration may change: an array in the store, or what a name holds."""


def for_loop(node: ast.For, path: Path) -> list[Path]:
    """The paths after a loop."""
    if node.orelse:
        if _is_left(node.body):
            raise path.error("'else' after a loop that is left by 'break'", node.orelse[0], "write an if after it")
        alone = ast.copy_location(ast.For(node.target, node.iter, node.body, []), node)
        return [p for after in for_loop(alone, path) for p in block(node.orelse, after)]
    written_out = inlined_loop(node, path)
    if written_out is not None:
        return block(written_out, path)
    series = series_of(node.iter, path)
    if series.factors:
        if _is_left(node.body):
            raise path.error("'break' in a loop over a product", node, "write the loops one inside of the other")
        return block([_nest(node, series, path)], path)
    if not path.invocation.continued:
        for name in sorted(_appended(node.body)):
            let_grow(name, path)
    if (loops := by_digits(node, series, path)) is not None:
        return block([loops], path)
    few, body = _narrowed(node, series, path)
    if body is node.body:
        return _over(series, node, path)
    after = for_loop(ast.copy_location(ast.For(node.target, constant(few, node), body, []), node), path)
    last = Stale("is the index of a loop that skips steps, of which the last may be one")
    for one in after:
        one.env.update(dict.fromkeys(_names_in(node.target), last))
    return after


def _over(series: Series, node: ast.For, path: Path) -> list[Path]:
    """The paths after a loop over a series, from one iteration, or step by step."""
    if series.is_listed:
        values = series.items(path)
        if values is None:
            raise path.error("this loop has too many steps, or not a number of them", node.iter)
        return _followed(node.body, values, path, lambda inner, value: assign(node.target, value, inner))
    loop = iteration(node.target, series, path)
    positions = _few_positions(loop)
    call = path.invocation
    assumed, around = path.reading.assumed(), len(call.continued)
    try:
        after = _summed(node, loop, path)
        known = [name for name, value in path.env.items() if not isinstance(value, Stale)]
        if positions is None or not any(isinstance(p.env.get(name), Stale) for p in after for name in known):
            return after
    except Unresolved as error:
        if positions is None:
            shown = error.placeholder.name.partition(".")[0]
            message = f"what an iteration writes to '{shown}' depends on earlier ones in a way that has no sum"
            hint = "sums such as s += x[i] and c[i] = c[i - 1] + x[i] are understood, for any number of steps"
            raise path.error(message, node, hint) from None
    except SymconvError:
        if not positions:
            raise
    path.reading.go_back(assumed)
    del call.continued[around:], call.left[around:]
    return _followed(node.body, positions, path, loop.bind_at)


def _nest(node: ast.For, series: Series, path: Path) -> ast.For:
    """A loop over a product as the loops that it stands for."""
    targets = product_targets(node.target, len(series.factors), path)
    loop: list[ast.stmt] = node.body
    for target, factor in reversed(list(zip(targets, series.factors, strict=True))):
        loop = [ast.copy_location(ast.For(target, constant(factor, node), loop, []), node)]
    (whole,) = loop
    assert isinstance(whole, ast.For)
    return whole


def _few_positions(loop: Iteration) -> list[Poly] | None:
    """What the index stands for at each step, if their number is known and small."""
    first, count = loop.lower.integer, (loop.upper - loop.lower).integer
    if first is None or count is None or count > MAX_ROUNDS:
        return None
    return [Poly.of(k) for k in range(first, first + count)]


def _followed(
    body: Sequence[ast.stmt], values: Sequence[Any], path: Path, bind: Callable[[Path, Any], None]
) -> list[Path]:
    """The paths after a loop, step by step."""
    paths, ends = [path], []
    for value in values:
        after: list[Path] = []
        for inner in paths:
            bind(inner, value)
            going, left = _iterated(body, inner)
            after += going
            ends += [p for p in left if p.is_possible]
        paths = [joined(after, path)] if len(after) > 1 and not ends and are_mergeable(after) else after
    if not ends:
        return paths
    ends += [p for p in paths if p.is_possible]
    return [joined(ends, path)] if len(ends) > 1 and are_mergeable(ends) else ends


def _iterated(body: Sequence[ast.stmt], path: Path) -> tuple[list[Path], list[Path]]:
    """The paths after one iteration, and those that leave the loop in it."""
    call = path.invocation
    call.continued.append([])
    call.left.append([])
    after = block(body, path)
    return [*after, *call.continued.pop()], call.left.pop()


def _is_left(body: Sequence[ast.stmt]) -> bool:
    """Whether a loop with these statements may be left by 'break'."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Break):
            return True
        if not isinstance(node, (ast.For, ast.While, ast.FunctionDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return False


def _appended(body: Sequence[ast.stmt]) -> set[str]:
    """The names of lists to which statements append."""
    functions = (n.func for n in _walk(body) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute))
    return {f.value.id for f in functions if f.attr == "append" and isinstance(f.value, ast.Name)}


def _names_in(target: ast.expr) -> set[str]:
    return {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}


def _narrowed(node: ast.For, series: Series, path: Path) -> tuple[Series, list[ast.stmt]]:
    """A loop that appends under a condition on its index, as one over those at which it holds."""
    match node.body:
        case [ast.If(test, body, [])]:
            wanted = True
        case [ast.If(test, [ast.Continue()], []), *body]:
            wanted = False
        case _:
            return series, node.body
    appends = any(isinstance(n, ast.Attribute) and n.attr == "append" for n in _walk(body))
    if not appends or series.is_listed or _is_left(node.body):
        return series, node.body
    few = narrowed_by(node.target, series, [test], path, wanted)
    return (series, node.body) if few is None else (few, body)


def _kept_paths(node: ast.For, loop: Iteration, inner: Path, path: Path) -> tuple[list[Path], bool]:
    """The paths after one iteration, which changes no array of its own that may be one from before the loop.

    Those that leave the loop do nothing, and so do all later iterations; whether there are such.
    """
    going, left = ([p for p in paths if p.is_possible] for paths in _iterated(node.body, inner))
    for one in left:
        _check_left_for_good(one, left, loop, inner, path, node)
    after = [*going, *left]
    for one in after:
        check_kept(one, path, node)
        for name, before in path.env.items():
            now = one.env.get(name)
            if isinstance(before, Ref) and isinstance(now, Ref) and now.cell.is_integer > before.cell.is_integer:
                raise path.error(
                    f"'{name}' may become an array of integers in this loop", node, "make it one of floats"
                )
    return after, bool(left)


def _check_left_for_good(
    one: Path, left: Sequence[Path], loop: Iteration, inner: Path, path: Path, node: ast.For
) -> None:
    """Raise where a path that leaves a loop changes something, or later iterations would not leave it at once."""
    later = path.reading.fresh("later")
    facts = path.known.within(loop.name, loop.lower, loop.upper)
    facts = facts.within(later, Poly.name(loop.name) + 1, loop.upper).given(one.taken_since(inner))
    put_in = {loop.name: Poly.name(later)}
    again = ([c.substitute(put_in) for c in p.taken_since(inner)] for p in left)
    unchanged = all(one.store[cell] is terms for cell, terms in inner.store.items()) and all(
        one.heap[owner] is held for owner, held in inner.heap.items()
    )
    carried = all(one.env.get(n) is v for n, v in inner.env.items() if isinstance(v, Tensor))
    if not unchanged or not carried or not any(facts.implies(*conditions) for conditions in again):
        hint = "write the condition into the range, or let 'continue' skip steps"
        raise path.error("this loop is left by 'break' before steps that might do something", node, hint)


def _summed(node: ast.For, loop: Iteration, path: Path) -> list[Path]:
    """The path after a loop, from one iteration at a symbolic index."""
    assigned = {*_stores(node.body)} | _names_in(node.target)
    cells = set(_changed(node.body, path))
    counters = counted_up(node.body, path, assigned)
    changed: dict[Object, set[Any]] = {}
    unlike: set[str] = set()
    while True:
        inner, placeholders = _started(node, loop, path, assigned, cells, unlike)
        inner.env.update({n: path.env[n] + by * (Poly.name(loop.name) - loop.lower) for n, by in counters.items()})
        inner.env.update({n: inner.known.settled(v) for n, v in inner.env.items() if isinstance(v, Poly)})
        inner.heap.update({obj: _at_start(path.heap[obj], keys) for obj, keys in changed.items()})
        loop.bind_at(inner, Poly.name(loop.name))
        after, is_left = _kept_paths(node, loop, inner, path)
        touched = {c for p in after for c in path.store if c not in cells and p.store[c] != path.store[c]}
        more = [(o, k) for p in after for o, k in _changes(path, p) if k not in changed.get(o, ())]
        others: set[str] = set()
        is_settled = not touched and not more and not _starts_as_numbers(node, loop, path, after)
        if is_settled and not (others := _of_other_kinds(placeholders, path, after)):
            break
        unlike |= others
        cells |= touched
        for obj, key in more:
            changed.setdefault(obj, set()).add(key)
    lists = [obj for obj in changed if obj.kind == "list"]
    at_least_once = Compare(loop.upper - 1 - loop.lower, ">=")
    if not after:
        return [] if path.known.given([at_least_once]).allow(()) else [path]
    carried = {v: _carried(v, placeholder, path, inner, after) for v, placeholder in placeholders.items()}
    grown = grown_lists(lists, loop, path, inner, after, node)
    read = {t for c in carried.values() if c for term in c.added if term.value for t in term.value.atoms(Tensor)}
    read |= {t for g in grown for term in g.change.added if term.value for t in term.value.atoms(Tensor)}
    numbers = [
        _carried(v, placeholder, path, inner, after, numbers=True)
        for v, placeholder in placeholders.items()
        if carried[v] is None and placeholder in read
    ]
    changing = [c for c in (*carried.values(), *numbers, *(g.change for g in grown)) if c is not None]
    terms = closed(changing, Loop(loop.name, loop.lower, loop.upper, path.known))
    end = path.with_facts(path.facts)
    last = {loop.name: loop.upper - 1} if not is_left and path.known.implies(at_least_once) else None
    for name in sorted(assigned):
        if any(p.env.get(name) is not path.env.get(name, p) for p in after):
            end.env[name] = _last([p.env.get(name) for p in after], last, placeholders.values())
    for name, by in counters.items():
        steps = loop.upper - loop.lower
        known = last or path.known.implies(Compare(steps, ">="))
        end.env[name] = path.env[name] + by * (steps if known else extremum("max", [ZERO, steps]))
    for obj, before in path.heap.items():
        if obj in changed and obj not in lists:
            end.heap[obj] = _last_contents(before, [p.heap[obj] for p in after], last, placeholders.values())
    for variable, change in carried.items():
        if change is None:
            continue
        total = terms[change.placeholder]
        if isinstance(variable, Cell):
            end.store[variable] = total
        elif change.shape:
            before = path.env[variable]
            whole = not isinstance(before, Ref) or before.cell.is_integer
            shares = cells_of(before) if last is None else ()
            end.env[variable] = end.new(change.shape, total, shares, is_complex=True, is_integer=whole)
        else:
            end.env[variable] = expression_of(total)
    for growth in grown:
        end.heap[growth.owner] = joined_list(growth, terms[growth.change.placeholder], end, node)
    return [end]


def _starts_as_numbers(node: ast.For, loop: Iteration, path: Path, after: Sequence[Path]) -> bool:
    """Whether numbers became arrays in the first iteration, which only adds to them: they are such arrays from now."""
    if len(after) != 1 or not path.known.implies(Compare(loop.upper - 1 - loop.lower, ">=")):
        return False
    found = False
    for name, value in list(path.env.items()):
        now = after[0].env.get(name)
        if not isinstance(value, Poly) or not isinstance(now, Ref) or not now.shape or now.cell.is_list:
            continue
        if not any(loop.name in size.names for size in now.shape) and _is_only_added_to(name, node.body):
            terms = () if value == ZERO else terms_of(tensor_of(value, path, node))
            path.env[name] = path.new(now.shape, terms, is_complex=True)
            found = True
    return found


def _is_only_added_to(name: str, body: Sequence[ast.stmt]) -> bool:
    """Whether statements read a name only to add to it."""
    loads = sum(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load) for n in _walk(body))
    for statement in body:
        match statement:
            case ast.Assign([ast.Name(target)], ast.BinOp(ast.Name(read), ast.Add() | ast.Sub(), _)) | ast.Assign(
                [ast.Name(target)], ast.BinOp(_, ast.Add(), ast.Name(read))
            ) if target == read == name:
                return loads == 1
            case ast.AugAssign(ast.Name(target), ast.Add() | ast.Sub(), _) if target == name:
                return loads == 0
    return False


def _changes(path: Path, after: Path) -> Iterator[tuple[Object, Any]]:
    """The lists that an iteration changes, and the keys and attributes of other objects."""
    for obj, before in path.heap.items():
        now = after.heap[obj]
        if obj.kind == "list" or not isinstance(before, dict) or not isinstance(now, dict):
            if now is not before:
                yield obj, None
            continue
        yield from ((obj, k) for k in {**before, **now} if k not in before or now.get(k) is not before[k])


def _at_start(before: Any, keys: set[Any]) -> Any:
    """What an object holds when an iteration begins, of which earlier ones may have changed these keys."""
    if not isinstance(before, dict):
        return Growing()
    return {k: Stale("is changed in every step of a loop") if k in keys else v for k, v in before.items()}


def _last_contents(
    before: Any, after: Sequence[Any], last: Mapping[str, Poly] | None, placeholders: Iterable[Tensor]
) -> Any:
    """What an instance or a dictionary holds after the last iteration."""
    if not all(isinstance(h, Mapping) for h in (before, *after)):
        return Stale("is changed in a loop in a way that is not understood")
    keys = dict.fromkeys(k for h in (before, *after) for k in h)
    values = {k: [h.get(k) for h in after] for k in keys}
    return {k: before[k] if k in before and all(v is before[k] for v in vs) else _last(vs, last, placeholders)
            for k, vs in values.items()}  # fmt: skip


def _walk(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    return (node for statement in body for node in ast.walk(statement))


def _stores(body: Sequence[ast.stmt]) -> Counter[str]:
    """How often the text of statements gives each name a value."""
    return Counter(n.id for n in _walk(body) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def _changed(body: Sequence[ast.stmt], path: Path) -> Iterator[Cell]:
    """The arrays that the statements assign to, as far as their text says."""
    place: ast.AST
    for node in _walk(body):
        match node:
            case ast.Subscript(place, _, ast.Store()) | ast.AugAssign(ast.Name() as place):
                while isinstance(place, ast.Subscript):
                    place = place.value
                value = path.env.get(place.id) if isinstance(place, ast.Name) else None
                if isinstance(value, Ref):
                    yield value.cell


def _started(
    node: ast.For, loop: Iteration, path: Path, assigned: set[str], cells: set[Cell], unlike: set[str]
) -> tuple[Path, dict[Variable, Tensor]]:
    """The path into an iteration, with placeholders for what earlier ones may have changed.

    Names that are `unlike` what they were at first have no value until they are given one.
    """
    inner = path.with_facts(path.facts.within(loop.name, loop.lower, loop.upper))
    placeholders: dict[Variable, Tensor] = {}

    def placeholder(variable: Variable, name: str, shape: Sequence[Poly], is_complex: bool) -> Tensor:
        path.reading.placeholders += 1
        tensor = Tensor(f"{name}.{path.reading.placeholders}", *map(to_sympy, shape), complex=is_complex)
        placeholders[variable] = tensor
        return tensor

    for cell in path.store:
        if cell in cells:
            name = next((n for n, v in path.env.items() if isinstance(v, Ref) and v.cell is cell), "array")
            inner.store[cell] = held(placeholder(cell, name, cell.shape, cell.is_complex))
    targets = _names_in(node.target)
    for name in sorted(assigned - targets):
        value = path.env.get(name)
        shape = shape_of(value)
        in_place = not isinstance(value, (Poly, TensorExpr)) and _is_changed_in_place(node.body, name, path)
        if name in unlike:
            inner.env[name] = Stale("is changed in every step of a loop")
        elif not in_place and (isinstance(value, Poly) or shape == ()):
            inner.env[name] = placeholder(name, name, (), False)
        elif not in_place and shape and isinstance(value, (Ref, Derived)):
            whole = not isinstance(value, Ref) or value.cell.is_integer
            is_complex = not isinstance(value, Ref) or value.cell.is_complex
            array = placeholder(name, name, shape, is_complex)
            kind = {"is_complex": True, "is_integer": whole, "is_list": _is_list(value)}
            inner.env[name] = inner.new(shape, held(array), cells_of(value), **kind)
        elif name in path.env and not in_place:
            inner.env[name] = Stale("is changed in every step of a loop")
    return inner, placeholders


def _of_other_kinds(variables: Iterable[Variable], path: Path, after: Sequence[Path]) -> set[str]:
    """The names that hold something of another shape or kind after an iteration."""
    return {v for v in variables if isinstance(v, str) and not _keeps_its_kind(v, path, after)}


def _keeps_its_kind(name: str, path: Path, after: Sequence[Path]) -> bool:
    """Whether what a name holds after an iteration is a number, or has the shape, as what it held before the loop."""
    before, values = path.env[name], [p.env.get(name) for p in after]
    if isinstance(before, Poly) or shape_of(before) == ():
        return all(isinstance(v, Poly) or shape_of(v) == () for v in values)
    return all(shape_of(v) == shape_of(before) and _is_list(v) == _is_list(before) for v in values)


def _is_list(value: Any) -> bool:
    return isinstance(value, Ref) and value.cell.is_list


def _is_changed_in_place(body: Sequence[ast.stmt], name: str, path: Path) -> bool:
    """Whether a name is only ever assigned to by `op=`, which changes the array that it has."""
    if path.module.arrays_are_values:
        return False
    targets = [n.target for n in _walk(body) if isinstance(n, ast.AugAssign)]
    return _stores(body)[name] == sum(isinstance(target, ast.Name) and target.id == name for target in targets)


def _carried(
    variable: Variable, placeholder: Tensor, path: Path, inner: Path, after: Sequence[Path], numbers: bool = False
) -> Carried | None:
    """What an iteration does to a variable; None for one that is a number each time, unless asked for."""
    guards, facts = [p.taken_since(inner) for p in after], inner.known
    if isinstance(variable, Cell):
        terms = merged([(g, p.store[variable]) for g, p in zip(guards, after, strict=True)])
        terms = simplified(terms, elements(variable.shape, facts))
        return Carried.of(placeholder, path.store[variable], terms, facts)
    before, values = path.env[variable], [p.env.get(variable) for p in after]
    if isinstance(before, (Ref, Derived)) and before.shape:
        (value, *more) = values
        if more or not isinstance(value, Ref) or not value.is_whole or value.shape != before.shape:
            return None
        return Carried.of(placeholder, held(tensor_of(before, path, ast.Pass())), after[0].store[value.cell], facts)
    if not all(isinstance(v, (Poly, TensorExpr)) or shape_of(v) == () for v in values):
        return None
    if all(isinstance(v, Poly) for v in values) and not numbers:
        return None
    branches = [(g, terms_of(tensor_of(v, p, ast.Pass()))) for g, p, v in zip(guards, after, values, strict=True)]
    first = terms_of(tensor_of(before, path, ast.Pass()))
    return Carried.of(placeholder, first, simplified(merged(branches), facts), facts)


def _last(values: Sequence[Any], last: Mapping[str, Poly] | None, placeholders: Iterable[Tensor]) -> Any:
    """What a name that is assigned anew in every iteration holds after the last one."""
    value = values[0]
    if last is not None and all(v is not None and v == value for v in values):
        if isinstance(value, Poly):
            return value.substitute(last)
        if isinstance(value, TensorExpr) and not any(value.has(p) for p in placeholders):
            return value.replace_names(last)
    return Stale("holds what the last iteration of a loop left, if there was one")
