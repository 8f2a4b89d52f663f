"""From a point where a coefficient differs to sizes and arrays that show it, replayed in NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from math import prod
from random import Random
from time import thread_time
from typing import Any

import islpy as isl
import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, SizeHypothesis, TensorHypothesis
from symconv.expressions.conversion import to_sympy
from symconv.expressions.tensors import Operation, Tensor, TensorExpr, as_tensor
from symconv.expressions.traversal import nodes, tensor_names, with_tensor
from symconv.formulas.conditions import Compare, condition_names, holds, replaced
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.decide import Witness, difference
from symconv.kernel.rows import Rows
from symconv.kernel.symmetry import orbit
from symconv.kernel.terms import CallAtom, TensorAtom
from symconv.kernel.verdicts import Counterexample, differ
from symconv.limits import (
    FEW_TRIES,
    MAX_FREE_INDEX,
    MAX_PLACES,
    MAX_SHAPES,
    MAX_TRIES,
    MAX_WRITTEN_OUT,
    check_entries,
    check_time,
)
from symconv.numerics.evaluation import evaluate
from symconv.numerics.sparse_arrays import SparseArray
from symconv.proving.refuting.solutions import Solutions, solutions
from symconv.proving.statements import Hypothesis, Statement, same_shape

Entries = dict[tuple[str, tuple[int, ...]], Any]


class Table:
    """A function given by a table that grows as it is asked; equal arguments get equal values."""

    def __init__(self, choose: Any) -> None:
        self.values: dict[Any, Any] = {}
        self._choose = choose

    def __call__(self, argument: Any) -> Any:
        if argument not in self.values:
            self.values[argument] = self._choose(argument)
        return self.values[argument]


def counterexample(
    claim: Claim,
    stated: Statement,
    witness: Witness,
    hypotheses: Sequence[Hypothesis],
    fixed: Mapping[str, int],
) -> Counterexample | None:
    """The smallest arrays at the witness's sizes that make the sides differ, or None.

    `fixed` holds sizes that were substituted before deciding.
    """
    sizes = stated.sizes_at({**fixed, **witness.values})
    at = {n: witness.values[n] for n in stated.names}
    index = position(stated, {**fixed, **witness.values})
    free = {name: at[f"{name}.x"] for name in claim.indices}
    names = {**sizes, **free}
    ordered = _ordered(claim, sizes)
    for entries, functions in _attempts(claim, stated, witness, names):
        check_time()
        arrays = _arrays(claim, stated, entries, names, functions)
        if arrays is None or not _satisfied(hypotheses, names, arrays, functions):
            continue
        lhs, rhs = (_entry(side, names, arrays, functions, index) for side in (stated.link.left, stated.link.right))
        if differ(lhs, rhs):
            shown = {f: dict(table.values) for f, table in functions.items()}
            written = _written_out(claim, arrays, names)
            return Counterexample(ordered, (*free.values(), *index), written, _shown(lhs), _shown(rhs), shown)
    return None


def _ordered(claim: Claim, sizes: Mapping[str, int]) -> dict[str, int]:
    """The sizes and parameters of a claim in its own order."""
    return {name: sizes[name] for name in (*claim.sizes, *claim.parameters) if name in sizes}


def _shown(value: Any) -> Any:
    """A number as users see it: an irrational one as a SymPy expression."""
    return to_sympy(value) if isinstance(value, Poly) else value.item() if isinstance(value, np.generic) else value


def position(stated: Statement, values: Mapping[str, int]) -> tuple[int, ...]:
    """The output index at concrete values of all names."""
    numbers = {k: Poly.of(v) for k, v in values.items()}
    found = []
    for axis, index in zip(stated.left.axes, stated.left_index, strict=True):
        value = axis.flat(index).substitute(numbers).integer
        assert value is not None
        found.append(value)
    return tuple(found)


def _entry(
    side: Any, names: Mapping[str, int], arrays: Mapping[str, Any], functions: Any, index: tuple[int, ...]
) -> Any:
    """One entry of a side; a scalar side stands for every entry."""
    return evaluate(side, names, arrays, functions, entry=index if side.axes else ())


def _attempts(
    claim: Claim, stated: Statement, witness: Witness, names: Mapping[str, int]
) -> Iterator[tuple[Entries, dict[str, Table]]]:
    """Choices of entries (all others are 0) and functions, the simplest first."""
    if any(isinstance(atom, CallAtom) for atom, _ in witness.entries) or claim.functions:
        yield from _random_attempts(claim, names)
        return
    support = list(dict.fromkeys((a.name, i) for a, i in witness.entries if isinstance(a, TensorAtom)))
    complex_names = {t.name for t in claim.tensors if t.is_complex_valued}
    degree = len(witness.entries) + 1
    choices: list[list[Any]] = []
    for name, _ in support:
        real: list[Any] = [1, *range(2, degree), -1, 0]
        choices.append([1, 1j, 1 + 1j, -1j, *real[1:]] if name in complex_names else real)
    for number, values in enumerate(product(*choices)):
        if number >= MAX_TRIES:
            return
        entries: Entries = {}
        for (name, index), value in zip(support, values, strict=True):
            for image, sign in orbit(stated.context.symmetries.get(name), index, names).items():
                entries[name, image] = entries.get((name, image), 0) or sign * value
        yield entries, {}


def _random_attempts(claim: Claim, names: Mapping[str, int]) -> Iterator[tuple[Entries, dict[str, Table]]]:
    """All entries random and small; functions first as simple as possible."""
    for number in range(MAX_TRIES):
        random = Random(number)
        bound = 1 + number // 20
        entries: Entries = {}
        for tensor in claim.tensors:
            for index in product(*map(_some_places, _shape(tensor, names))):
                check_time()
                value: complex = random.randint(-bound, bound) if number else 0
                if tensor.is_complex_valued and number:
                    value += 1j * random.randint(-bound, bound)
                entries[tensor.name, index] = value
        simple = (lambda x: 1) if number == 0 else (lambda x, r=random, b=bound: r.randint(-b, b))
        yield entries, {f: Table(simple) for f in claim.functions}


def by_trial(
    claim: Claim, stated: Statement, hypotheses: Sequence[Hypothesis], deadline: float
) -> Counterexample | None:
    """The first small sizes at which random arrays show that the sides differ, where sets cannot tell."""
    given = [h for h in hypotheses if not isinstance(h, SizeHypothesis) or not _is_on_index(h, claim)]
    for values in islice(stated.small_sizes(MAX_SHAPES), MAX_TRIES):
        names = stated.sizes_at(values)
        for seed in range(2 * FEW_TRIES):
            if thread_time() > deadline:
                return None
            arrays, functions = _drawn(claim, stated, names, Random(seed))
            if arrays is None or not _satisfied(given, names, arrays, functions):
                continue
            for place in free_places(stated, values)[0] if stated.free.indices else ({},):
                free = {n.removesuffix(".x"): v for n, v in place.items()}
                example = _first_difference(claim, stated, {**names, **free}, arrays, functions)
                if example is not None:
                    index = (*free.values(), *example.index)
                    return replace(example, sizes=_ordered(claim, names), index=index)
    return None


def _is_on_index(h: SizeHypothesis, claim: Claim) -> bool:
    return not condition_names(h.condition).isdisjoint(claim.indices)


def _drawn(
    claim: Claim, stated: Statement, names: Mapping[str, int], random: Random
) -> tuple[dict[str, Any] | None, dict[str, Table]]:
    """Random small arrays that have the symmetries and zeros of the hypotheses, and random functions."""
    entries: Entries = {}
    complex_names = {t.name for t in claim.tensors if t.is_complex_valued}
    for tensor in claim.tensors:
        for index in product(*map(_some_places, _shape(tensor, names))):
            check_time()
            if (tensor.name, index) not in entries:
                value: complex = random.randint(-2, 2)
                value += 1j * random.randint(-2, 2) if tensor.name in complex_names else 0
                for image, sign in orbit(stated.context.symmetries.get(tensor.name), index, names).items():
                    entries[tensor.name, image] = sign * value
    functions = {f: Table(lambda x, r=random: r.randint(-2, 2)) for f in claim.functions}
    return _arrays(claim, stated, entries, names, functions), functions


def _first_difference(
    claim: Claim, stated: Statement, names: Mapping[str, int], arrays: dict[str, Any], functions: dict[str, Table]
) -> Counterexample | None:
    """The first entry at which the sides differ for these arrays, by NumPy and by the index formulas."""

    def sides(twins: bool) -> Sequence[np.ndarray]:
        both = (evaluate(s, names, arrays, functions, twins=twins) for s in (stated.link.left, stated.link.right))
        return np.broadcast_arrays(*(np.asarray(side, dtype=object) for side in both))

    left, right = sides(twins=True)
    index = next((i for i in np.ndindex(*left.shape) if differ(left[i], right[i])), None)
    if index is None or not differ(*(side[index] for side in sides(twins=False))):
        return None
    shown = {f: dict(table.values) for f, table in functions.items()}
    written = _written_out(claim, arrays, names)
    return Counterexample({}, index, written, _shown(left[index]), _shown(right[index]), shown)


def _some_places(size: int) -> Sequence[int]:
    """All indices along an axis; the first and last ones of a long axis."""
    return range(size) if size <= MAX_PLACES else [*range(MAX_PLACES // 2), *range(size - MAX_PLACES // 2, size)]


def _shape(tensor: Tensor, names: Mapping[str, int]) -> tuple[int, ...]:
    numbers = {k: Poly.of(v) for k, v in names.items()}
    return tuple(axis.size.substitute(numbers).integer or 0 for axis in tensor.axes)


def _arrays(
    claim: Claim, stated: Statement, entries: Entries, names: Mapping[str, int], functions: Any
) -> dict[str, Any] | None:
    """The arrays by their non-zero entries; tensors that a hypothesis defines are computed from the rest."""
    arrays: dict[str, Any] = {tensor.name: {} for tensor in claim.tensors}
    shapes = {tensor.name: _shape(tensor, names) for tensor in claim.tensors}
    for (name, index), value in entries.items():
        if any(not 0 <= i < n for i, n in zip(index, shapes[name], strict=True)):
            return None
        arrays[name][index] = value
    for name, defined in reversed(list(stated.substituted.items())):
        array = np.array(evaluate(defined, names, arrays, functions), dtype=object)
        arrays[name] = {index: array[index] for index in np.ndindex(*array.shape) if array[index] != 0}
    real = [t.name for t in claim.tensors if not t.is_complex_valued]
    return None if any(isinstance(v, complex) and v.imag for n in real for v in arrays[n].values()) else arrays


def _written_out(claim: Claim, arrays: Mapping[str, Any], names: Mapping[str, int]) -> dict[str, Any]:
    """The arrays with their zeros, unless they are large."""
    made: dict[str, np.ndarray | SparseArray] = {}
    for tensor in claim.tensors:
        shape = _shape(tensor, names)
        entries = {index: _shown(value) for index, value in arrays[tensor.name].items() if value != 0}
        if prod(shape) > MAX_WRITTEN_OUT:
            made[tensor.name] = SparseArray(shape, entries)
            continue
        whole = all(isinstance(v, int) for v in entries.values())
        made[tensor.name] = array = np.zeros(shape, dtype=int if whole else object)
        for index, value in entries.items():
            array[index] = value
    return made


def _satisfied(hypotheses: Sequence[Hypothesis], names: Mapping[str, int], arrays: Any, functions: Any) -> bool:
    """Whether sizes and arrays satisfy the hypotheses."""
    numbers = {k: Poly.of(v) for k, v in names.items()}
    for h in hypotheses:
        if isinstance(h, TensorHypothesis):
            if not all(holds(c, numbers) for c in same_shape(h)):
                return False
            left, right = (evaluate(side, names, arrays, functions) for side in (h.left, h.right))
            entries = (np.ravel(a) for a in np.broadcast_arrays(*(np.asarray(v, dtype=object) for v in (left, right))))
            if any(map(differ, *entries)):
                return False
        elif not holds(h.condition, numbers):
            return False
    return True


def any_instance(claim: Claim, stated: Statement, hypotheses: Sequence[Hypothesis]) -> Counterexample | None:
    """The smallest sizes with all entries 1, or else 0, where both sides are equal: it refutes a `!=`."""
    frame = stated.context.frame()
    point = presburger.smallest(frame.sizes, frame.n_sizes, frame.n_parameters)
    if point is None:
        return None
    values = dict(zip(stated.context.outer, point, strict=True))
    at, names = stated.at(values), stated.sizes_at(values)
    shapes = {t.name: _shape(t, names) for t in claim.tensors}
    is_small = sum(map(prod, shapes.values())) <= MAX_WRITTEN_OUT
    ones = {(name, i): 1 for name, shape in shapes.items() for i in np.ndindex(*shape)} if is_small else {}
    for entries in (ones, {}):
        arrays = _arrays(claim, stated, entries, names, {})
        if at is not None and arrays is not None and _satisfied(hypotheses, names, arrays, {}):
            return _with_ones(at, names, _written_out(claim, arrays, names))
    return None


def _ones(sides: Sequence[TensorExpr]) -> dict[str, Any]:
    """Every uninterpreted function in the sides as 1 everywhere."""
    calls = [n for side in sides for n in nodes(side) if isinstance(n, Operation) and n.operator.name == "call"]
    return {str(call.arguments["name"]): lambda x: 1 for call in calls}


def shapes(claim: Claim, stated: Statement) -> Counterexample | None:
    """The smallest sizes and free indices at which the shapes of the sides differ; the shapes are the values."""
    mentioned = {n for side in (stated.left, stated.right) for axis in side.axes for n in axis.size.names}
    best: Counterexample | None = None
    for values in stated.small_sizes(MAX_SHAPES):
        check_time()
        if best is not None and _total(values) >= _total(best.sizes):
            return best
        sizes = stated.sizes_at(values)
        if best is not None and _total(sizes) >= _total(best.sizes):
            continue
        places = free_places(stated, values)[0] if stated.free.indices else [{}]
        for place in places if mentioned & set(stated.free.indices) else places[:1]:
            numbers = {k: Poly.of(v) for k, v in {**sizes, **place}.items()}
            left, right = (
                tuple(axis.size.substitute(numbers).integer for axis in side.axes)
                for side in (stated.left, stated.right)
            )
            if left != right and None not in (*left, *right):
                best = Counterexample(_ordered(claim, sizes), tuple(place.values()), {}, left, right)
                break
    return best


def _total(sizes: Mapping[str, int]) -> int:
    return sum(map(abs, sizes.values()))


def free_places(stated: Statement, values: Mapping[str, int]) -> tuple[list[dict[str, int]], bool]:
    """The values of the free indices at some sizes, and whether these are all: of many, only small ones are taken."""
    numbers, names = {k: Poly.of(v) for k, v in values.items()}, stated.free.indices
    conditions = tuple(replaced(c, numbers) for c in stated.free.conditions)
    frame = Context((), (), names, conditions).frame()
    reach = presburger.without(frame.allowed, range(len(frame.names) - len(names)))
    few = presburger.points(
        names, [Compare(MAX_FREE_INDEX + sign * Poly.name(n), ">=") for n in names for sign in (1, -1)]
    )
    near = presburger.each_point(reach.intersect(few), (2 * MAX_FREE_INDEX + 1) ** len(names))
    places = [dict(zip(names, p, strict=True)) for p in sorted(near, key=lambda p: sum(map(abs, p)))]
    found = [p for p in places if all(holds(c, {n: Poly.of(v) for n, v in p.items()}) for c in conditions)]
    return found[:MAX_TRIES], bool(reach.is_subset(few)) and len(found) <= MAX_TRIES


def holds_outside(stated: Sequence[Statement], outside: isl.Set) -> Counterexample | None:
    """Small sizes of a set at which the sides of all statements are equal for all tensors."""
    for values in _smallest(stated[0], outside):
        at = [one.at(values) for one in stated]
        if all(one is not None and difference(*one.formulas, one.context).is_zero for one in at):
            assert at[0] is not None
            return replace(_with_ones(at[0], stated[0].sizes_at(values)), direction="only if")
    return None


def holds_without(
    claim: Claim, stated: Statement, rows: Rows, condition: Sequence[Hypothesis], failing: isl.Set
) -> Counterexample | None:
    """Sizes and tensors that do not satisfy a condition, with equal sides for all other tensors."""
    for values in _smallest(stated, failing):
        at, names = stated.at(values), stated.sizes_at(values)
        found = _solutions(rows, values)
        if at is None or found is None:
            continue
        for arrays in found.basis():
            if _satisfied((*condition, *claim.hypotheses), names, {**_filled(at, names, 1), **arrays}, {}):
                continue
            for others in (1, 0):
                filled = {**_filled(at, names, others), **arrays}
                if _satisfied(claim.hypotheses, names, filled, {}):
                    example = _with_ones(at, names, filled)
                    if not differ(example.lhs, example.rhs):
                        return replace(example, direction="only if")
    return None


def holds_for_arrays(
    claim: Claim, stated: Sequence[Statement], tensors: Sequence[Tensor], condition: Sequence[Hypothesis]
) -> Counterexample | None:
    """Small sizes and simple arrays that do not satisfy a condition, with equal sides for all other tensors."""
    names = {t.name for t in tensors}
    on_tensors = [h for h in claim.hypotheses if isinstance(h, TensorHypothesis)]
    if any(tensor_names(side) - names for h in on_tensors for side in (h.left, h.right)):
        return None
    for values in islice(stated[0].small_sizes(MAX_SHAPES), FEW_TRIES):
        at, sizes = [one.at(values) for one in stated], stated[0].sizes_at(values)
        if None in at:
            continue
        for arrays in _simple_arrays(tensors, sizes):
            fails = not _satisfied(condition, sizes, arrays, {}) and _satisfied(claim.hypotheses, sizes, arrays, {})
            if fails and all(one is not None and _equal_with(one, arrays) for one in at):
                assert at[0] is not None
                return replace(_with_ones(at[0], sizes, arrays), direction="only if")
    return None


def _simple_arrays(tensors: Sequence[Tensor], sizes: Mapping[str, int]) -> Iterator[dict[str, np.ndarray]]:
    """All zeros or ones in each tensor, then a single 1, then small random entries."""
    shapes = {t.name: _shape(t, sizes) for t in tensors}
    for chosen in product((0, 1), repeat=len(tensors)):
        yield {n: _full(s, v) for v, (n, s) in zip(chosen, shapes.items(), strict=True)}
    for name, shape in shapes.items():
        for index in islice(np.ndindex(*shape), MAX_PLACES):
            made = {n: _full(s, 0) for n, s in shapes.items()}
            made[name][index] = 1
            yield made
    for seed in range(FEW_TRIES):
        random = Random(seed)
        drawn = {n: [random.randint(-1, 1) for _ in range(prod(s))] for n, s in shapes.items()}
        yield {n: np.array(drawn[n], dtype=object).reshape(s) for n, s in shapes.items()}


def _equal_with(at: Statement, arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether the sides are equal for all other tensors, where some are these arrays."""
    left, right = at.left, at.right
    for name, array in arrays.items():
        literal = as_tensor(array)
        left, right = with_tensor(left, name, literal), with_tensor(right, name, literal)
    made = replace(at, left=left, right=right).indexed()
    return made.right_index is not None and difference(*made.formulas, made.context).is_zero


def differs_under(
    claim: Claim, stated: Statement, rows: Rows, condition: Sequence[Hypothesis], failing: isl.Set
) -> Counterexample | None:
    """Sizes and tensors that satisfy a condition, given by its rows, with sides that differ."""
    hypotheses = (*claim.hypotheses, *condition)
    for values in _smallest(stated, failing):
        at, names = stated.at(values), stated.sizes_at(values)
        found = _solutions(rows, values)
        if at is None or found is None:
            continue
        places = presburger.each_point(at.context.frame().allowed, MAX_TRIES)
        random = Random(0)
        for arrays in (*found.basis(), *map(found.random, range(FEW_TRIES))):
            for others in (1, random):
                filled = {**_filled(at, names, others), **arrays}
                if not _satisfied(hypotheses, names, filled, {}):
                    continue
                for place in places:
                    example = _example(at, names, filled, place)
                    if differ(example.lhs, example.rhs):
                        return replace(example, direction="if")
    return None


def _smallest(stated: Statement, failing: isl.Set) -> Iterator[dict[str, int]]:
    """The first few choices of sizes in a set."""
    names = stated.context.outer
    for _ in range(FEW_TRIES):
        point = presburger.smallest(failing, len(stated.context.sizes), len(stated.context.parameters))
        if point is None:
            return
        failing = failing.subtract(presburger.point_set(point))
        yield dict(zip(names, point, strict=True))


def _solutions(rows: Rows, values: Mapping[str, int]) -> Solutions | None:
    """The tensors for which rows vanish, at given sizes."""
    return solutions(rows.at(presburger.point_set([values[name] for name in rows.sizes])), values)


def _full(shape: Sequence[int], value: int) -> np.ndarray:
    """An array with one value everywhere."""
    check_entries(prod(shape))
    return np.full(shape, value, dtype=object)


def _filled(
    at: Statement, names: Mapping[str, int], value: int | Random, known: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Arrays for all tensors with one value everywhere, or with random ones, but for those that are known."""
    known = known or {}
    declared = {n.name: n for side in (at.link.left, at.link.right) for n in nodes(side) if isinstance(n, Tensor)}
    made = {}
    for name, tensor in sorted(declared.items()):
        shape = _shape(tensor, names)
        if name in known:
            made[name] = known[name]
        elif isinstance(value, int):
            made[name] = _full(shape, value)
        else:
            made[name] = _full(shape, 0)
            for index in np.ndindex(*shape):
                made[name][index] = value.randint(-3, 3)
    for name, defined in at.substituted.items():
        made[name] = known[name] if name in known else np.array(evaluate(defined, names, made), dtype=object)
    return made


def _with_ones(
    at: Statement, sizes: Mapping[str, int], arrays: Mapping[str, np.ndarray] | None = None
) -> Counterexample:
    """Both sides at concrete sizes with every other entry 1, at the first index; () where there is none."""
    frame = at.context.frame()
    point = presburger.smallest(frame.allowed, frame.n_sizes, frame.n_parameters)
    filled = {**_filled(at, sizes, 1, arrays), **(arrays or {})}
    return Counterexample(dict(sizes), (), filled, (), ()) if point is None else _example(at, sizes, filled, point)


def _example(
    at: Statement, sizes: Mapping[str, int], arrays: Mapping[str, np.ndarray], point: Sequence[int]
) -> Counterexample:
    """Both sides at concrete sizes, and at the free and output indices of a point."""
    values = dict(zip(at.context.names, point, strict=True))
    names = {**sizes, **{n.removesuffix(".x"): values[n] for n in at.free.indices}}
    sides = (at.link.left, at.link.right)
    index = position(at, {**sizes, **values})
    lhs, rhs = (_shown(_entry(side, names, arrays, _ones(sides), index)) for side in sides)
    return Counterexample(dict(sizes), (*(values[n] for n in at.free.indices), *index), dict(arrays), lhs, rhs)
