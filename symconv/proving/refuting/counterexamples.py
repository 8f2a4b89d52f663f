"""From a point where a coefficient differs to sizes and arrays that show it: candidates, which the kernel replays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial
from itertools import chain, islice, product
from math import prod
from random import Random
from time import thread_time
from typing import Any

import numpy as np

from symconv.algebra.exact_numbers import are_equal, exact
from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, TensorHypothesis
from symconv.expressions.tensors import Tensor
from symconv.formulas.conditions import Compare, holds, replaced
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.decide import Witness
from symconv.kernel.presburger import Undecided
from symconv.kernel.replay import Counterexample, is_supposed, replayed
from symconv.kernel.rows import Rows, Unknowns
from symconv.kernel.sparse_arrays import SparseArray, nonzero
from symconv.kernel.statement import Statement
from symconv.kernel.symmetry import is_zero, orbit
from symconv.kernel.terms import CallAtom, TensorAtom
from symconv.kernel.verdicts import Certificate, certify_different
from symconv.limits import (
    FEW_TRIES,
    MAX_ENUMERATED_ENTRIES,
    MAX_FREE_INDEX,
    MAX_PLACES,
    MAX_SHAPES,
    MAX_TRIES,
    MAX_WRITTEN_OUT,
    SHARE_OF_SMALLEST_SIZES,
    SHARE_OF_SPECIAL_ARRAYS,
    TRIES_OF_SPECIAL_ARRAYS,
    check_entries,
    check_time,
)
from symconv.numerics.evaluation import evaluate, outward
from symconv.proving.condition.linear_equations import given_rows
from symconv.proving.given_sizes import Hypothesis
from symconv.proving.refuting.solutions import solutions_at
from symconv.proving.refuting.solved_hypotheses import SolvedHypotheses, solved_hypotheses
from symconv.proving.refuting.special_arrays import special_arrays
from symconv.proving.statements import PreparedLink

Sparse = dict[str, dict[tuple[int, ...], Any]]
"""The non-zero entries of each tensor."""


_Arrays = tuple["Sparse | None", dict[str, "Table"]]
"""Arrays, None where some entry cannot be had, and functions."""


class Table:
    """A function given by a table that grows as it is asked; equal arguments get equal values."""

    def __init__(self, choose: Callable[[Any], Any]) -> None:
        self.values: dict[Any, Any] = {}
        self._choose = choose

    def __call__(self, argument: Any) -> Any:
        argument = outward(argument)
        if argument in self.values:
            return self.values[argument]
        number = exact(argument)
        alike = [value for known, value in self.values.items() if are_equal(exact(known), number)]
        self.values[argument] = alike[0] if alike else self._choose(argument)
        return self.values[argument]


def counterexample(
    claim: Claim, stated: PreparedLink, witness: Witness, fixed: Mapping[str, int]
) -> Certificate | None:
    """A certificate that the smallest arrays at the witness's sizes make the sides differ, or None.

    `fixed` holds sizes that were substituted before deciding.
    """
    values = {**fixed, **witness.values}
    free = {name: witness.values[f"{name}.x"] for name in claim.indices}
    names = {**stated.sizes_at(values), **free}
    index = (*free.values(), *position(stated, values))
    for arrays, functions in _attempts(claim, stated, witness, names):
        check_time()
        found = completed(claim, stated, arrays, names, functions)
        if found is None:
            continue
        example = tabled(stated.claimed, drafted(claim, names, index, found), functions)
        certificate = certify_different(stated.claimed, example)
        if certificate is not None and agrees_with_numpy(stated, certificate):
            return certificate
    return None


def drafted(claim: Claim, names: Mapping[str, int], index: Sequence[int], arrays: Sparse) -> Counterexample:
    """An example that is to be replayed."""
    shapes = {tensor.name: shape_of(tensor, names) for tensor in claim.tensors if tensor.name in arrays}
    sizes = {name: names[name] for name in (*claim.sizes, *claim.parameters) if name in names}
    entries = {name: SparseArray(shape, arrays[name]) for name, shape in shapes.items()}
    return Counterexample(sizes, tuple(index), entries)


def tabled(statement: Statement, example: Counterexample, functions: Mapping[str, Table]) -> Counterexample:
    """The example with the functions as tables of what they are asked in its replay."""
    if not functions:
        return example
    replayed(statement, replace(example, functions=functions))  # type: ignore[arg-type]
    return replace(example, functions={name: dict(table.values) for name, table in functions.items()})


def agrees_with_numpy(stated: PreparedLink, certificate: Certificate) -> bool:
    """Whether both sides come out the same where NumPy's own functions compute what they can."""
    example = certificate.counterexample
    if example is None or certificate.kind != "different":
        return example is not None
    free = dict(zip(stated.claimed.indices, example.index, strict=False))
    index = example.index[len(free) :]
    arrays = {name: array.entries for name, array in example.entries.items()}
    functions = {name: table.__getitem__ for name, table in example.functions.items()}
    sides = zip((stated.link.left, stated.link.right), (example.lhs, example.rhs), strict=True)
    names = {**example.sizes, **free}
    return all(
        are_equal(exact(evaluate(side, names, arrays, functions, entry=index if side.axes else ())), value) is True
        for side, value in sides
    )


def position(stated: PreparedLink, values: Mapping[str, int]) -> tuple[int, ...]:
    """The output index at concrete values of all names."""
    numbers = {k: Poly.of(v) for k, v in values.items()}
    found = []
    for axis, index in zip(stated.left.axes, stated.left_index, strict=True):
        value = axis.flat(index).substitute(numbers).integer
        assert value is not None
        found.append(value)
    return tuple(found)


def _attempts(
    claim: Claim, stated: PreparedLink, witness: Witness, names: Mapping[str, int]
) -> Iterator[tuple[Sparse, dict[str, Table]]]:
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
    for values in islice(product(*choices), MAX_TRIES):
        arrays: Sparse = {t.name: {} for t in claim.tensors}
        for (name, index), value in zip(support, values, strict=True):
            for image, sign in orbit(stated.context.symmetries.get(name), index, names).items():
                arrays[name][image] = arrays[name].get(image, 0) or sign * value
        yield arrays, {}


def _random_attempts(claim: Claim, names: Mapping[str, int]) -> Iterator[tuple[Sparse, dict[str, Table]]]:
    """All entries random and small; functions first as simple as possible."""
    for number in range(MAX_TRIES):
        random = Random(number)
        bound = 1 + number // 20
        arrays: Sparse = {t.name: {} for t in claim.tensors}
        for tensor in claim.tensors:
            for index in product(*map(_some_places, shape_of(tensor, names))):
                check_time()
                value: complex = random.randint(-bound, bound) if number else 0
                if tensor.is_complex_valued and number:
                    value += 1j * random.randint(-bound, bound)
                arrays[tensor.name][index] = value
        simple = (lambda x: 1) if number == 0 else (lambda x, r=random, b=bound: r.randint(-b, b))
        yield arrays, {f: Table(simple) for f in claim.functions}


def by_trial(
    claim: Claim, hypotheses: Sequence[Hypothesis], stated: PreparedLink, deadline: float
) -> Certificate | None:
    """A certificate from the first small sizes at which random arrays show it, where sets cannot tell."""
    soon = thread_time() + SHARE_OF_SMALLEST_SIZES * (deadline - thread_time())
    for values in islice(stated.small_sizes(MAX_SHAPES), MAX_TRIES):
        names = stated.sizes_at(values)
        every = _tried(claim, hypotheses, stated, names)
        few = islice(satisfying(claim, stated, names, hypotheses), 2)
        tried: list[Sparse] = []
        for arrays, functions in every if thread_time() < soon else few:
            if thread_time() > deadline:
                return None
            if arrays is None or (arrays in tried and not functions):
                continue
            tried.append(arrays)
            certificate = _shown(claim, stated, values, names, arrays, functions)
            if certificate is not None:
                return certificate
    return None


def _tried(
    claim: Claim, hypotheses: Sequence[Hypothesis], stated: PreparedLink, names: Mapping[str, int]
) -> Iterator[_Arrays]:
    """Arrays that may satisfy the hypotheses: solutions of linear ones, all of few small entries, random ones."""
    yield from _solutions(claim, hypotheses, names)
    yield from _smallest(claim, stated, names)
    yield from (_drawn(claim, stated, names, Random(seed)) for seed in range(TRIES_OF_SPECIAL_ARRAYS))


def any_supposed(claim: Claim, hypotheses: Sequence[Hypothesis], stated: PreparedLink, deadline: float) -> bool:
    """Whether small sizes and arrays are found that satisfy all that a link supposes: else a proof may say nothing."""
    for values in islice(stated.small_sizes(MAX_SHAPES), MAX_TRIES):
        names = stated.sizes_at(values)
        constant: Iterator[_Arrays] = (
            (completed(claim, stated, filled(claim, names, value), names, {}), {}) for value in (0, 1)
        )
        places = free_places(stated, values)[0] if stated.free.indices else [{}]
        tried = chain(constant, _tried(claim, hypotheses, stated, names))
        for arrays, functions, place in ((a, f, p) for a, f in tried if a is not None for p in places):
            if thread_time() > deadline:
                return False
            example = drafted(claim, names, tuple(place.values()), arrays)
            if is_supposed(stated.claimed, tabled(stated.claimed, example, functions)):
                return True
    return False


def at_smaller_sizes(
    claim: Claim, hypotheses: Sequence[Hypothesis], stated: PreparedLink, found: Counterexample, deadline: float
) -> Certificate | None:
    """A certificate at smaller sizes than a counterexample's, from arrays that owe nothing to how hypotheses are used.

    Where these are used one by one, they leave fewer arrays than there are.
    """
    for values in islice(stated.small_sizes(MAX_SHAPES), MAX_TRIES):
        names = stated.sizes_at(values)
        if _total(names) >= _total(found.sizes):
            return None
        for arrays, functions in _solutions(claim, hypotheses, names):
            if thread_time() > deadline:
                return None
            certificate = _shown(claim, stated, values, names, arrays, functions)
            if certificate is not None:
                return certificate
    return None


def _shown(
    claim: Claim,
    stated: PreparedLink,
    values: Mapping[str, int],
    names: Mapping[str, int],
    arrays: Sparse,
    functions: dict[str, Table],
) -> Certificate | None:
    """A certificate that the sides differ for these arrays, at some free index."""
    for place in free_places(stated, values)[0] if stated.free.indices else ({},):
        free = {n.removesuffix(".x"): v for n, v in place.items()}
        index = _first_difference(stated, {**names, **free}, arrays, functions)
        if index is not None:
            example = drafted(claim, names, (*free.values(), *index), arrays)
            certificate = certify_different(stated.claimed, tabled(stated.claimed, example, functions))
            if certificate is not None:
                return certificate
    return None


def _smallest(
    claim: Claim, stated: PreparedLink, names: Mapping[str, int]
) -> Iterator[tuple[Sparse | None, dict[str, Table]]]:
    """All arrays of few entries, where a hypothesis is not used in another way."""
    if stated.unused and not claim.functions:
        for arrays in small_arrays(claim, names):
            yield completed(claim, stated, arrays, names, {}), {}


def small_arrays(claim: Claim, names: Mapping[str, int]) -> Iterator[Sparse]:
    """All arrays of entries that are 0, 1, −1, i and the like, if they have few."""
    places = [(t, index) for t in claim.tensors for index in product(*map(range, shape_of(t, names)))]
    if len(places) > MAX_ENUMERATED_ENTRIES:
        return
    more = (2, Fraction(1, 2)) if len(places) <= 2 else ()
    for entries in product(*((0, 1, -1, *((1j,) if t.is_complex_valued else more)) for t, _ in places)):
        arrays: Sparse = {t.name: {} for t in claim.tensors}
        for (tensor, index), value in zip(places, entries, strict=True):
            arrays[tensor.name][index] = value
        yield arrays


def _drawn(
    claim: Claim, stated: PreparedLink, names: Mapping[str, int], random: Random
) -> tuple[Sparse | None, dict[str, Table]]:
    """Random small arrays that have the symmetries and zeros of the hypotheses, and random functions."""
    arrays: Sparse = {t.name: {} for t in claim.tensors}
    complex_names = {t.name for t in claim.tensors if t.is_complex_valued}
    with_axes = any(t.axes for t in claim.tensors)
    special = with_axes and stated.unused and random.random() < SHARE_OF_SPECIAL_ARRAYS
    if special:
        arrays |= special_arrays({t.name: shape_of(t, names) for t in claim.tensors if t.axes}, random)
    for tensor in claim.tensors:
        if special and tensor.axes:
            continue
        entries, symmetry = arrays[tensor.name], stated.context.symmetries.get(tensor.name)
        for index in product(*map(_some_places, shape_of(tensor, names))):
            if index not in entries:
                value: complex = random.randint(-2, 2)
                value += 1j * random.randint(-2, 2) if tensor.name in complex_names else 0
                if is_zero(stated.context.zeros, tensor.name, index, names):
                    value = 0
                entries |= {image: sign * value for image, sign in orbit(symmetry, index, names).items()}
    functions = _random_functions(claim, random)
    return completed(claim, stated, arrays, names, functions), functions


def _solved(claim: Claim, hypotheses: Sequence[Hypothesis], names: Mapping[str, int]) -> Iterator[SolvedHypotheses]:
    return solved_hypotheses(claim, [h for h in hypotheses if isinstance(h, TensorHypothesis)], names, Random(0))


def _solutions(
    claim: Claim, hypotheses: Sequence[Hypothesis], names: Mapping[str, int]
) -> Iterator[tuple[Sparse, dict[str, Table]]]:
    """Arrays that satisfy hypotheses, simple ones first, and random functions."""
    for found in _solved(claim, hypotheses, names):
        for arrays in (*found.simple(), *(found.random(seed) for seed in range(FEW_TRIES))):
            yield arrays, _random_functions(claim, Random(0))


def _random_functions(claim: Claim, random: Random) -> dict[str, Table]:
    return {f: Table(lambda _: random.randint(-2, 2)) for f in claim.functions}


def _first_difference(
    stated: PreparedLink, names: Mapping[str, int], arrays: Sparse, functions: dict[str, Table]
) -> tuple[int, ...] | None:
    """The first entry at which the sides differ for these arrays where NumPy computes what it can."""
    both = (evaluate(side, names, arrays, functions) for side in (stated.link.left, stated.link.right))
    left, right = np.broadcast_arrays(*(np.asarray(side, dtype=object) for side in both))
    places = np.ndindex(*left.shape)
    return next((i for i in places if are_equal(exact(left[i]), exact(right[i])) is False), None)


def _some_places(size: int) -> Sequence[int]:
    """All indices along an axis; the first and last ones of a long axis."""
    return range(size) if size <= MAX_PLACES else [*range(MAX_PLACES // 2), *range(size - MAX_PLACES // 2, size)]


def shape_of(tensor: Tensor, names: Mapping[str, int]) -> tuple[int, ...]:
    """The shape of a tensor at numbers for all names."""
    numbers = {k: Poly.of(v) for k, v in names.items()}
    return tuple(axis.size.substitute(numbers).integer or 0 for axis in tensor.axes)


def completed(
    claim: Claim, stated: PreparedLink, arrays: Sparse, names: Mapping[str, int], functions: Any
) -> Sparse | None:
    """The arrays, those that a hypothesis defines computed from the rest; None for entries that cannot be."""
    shapes = {tensor.name: shape_of(tensor, names) for tensor in claim.tensors}
    inside = (all(0 <= i < n for i, n in zip(at, shapes[name], strict=True)) for name in arrays for at in arrays[name])
    if not all(inside):
        return None
    arrays = {name: {at: v for at, v in entries.items() if v != 0} for name, entries in arrays.items()}
    for name, defined in reversed(list(stated.substituted.items())):
        values = {**names, **{f"{free}.x": value for free, value in names.items()}}
        array = np.array(evaluate(defined, values, arrays, functions), dtype=object)
        arrays[name] = {index: array[index] for index in np.ndindex(*array.shape) if array[index] != 0}
    real = [t.name for t in claim.tensors if not t.is_complex_valued]
    return None if any(isinstance(v, complex) and v.imag for n in real for v in arrays[n].values()) else arrays


def filled(claim: Claim, names: Mapping[str, int], value: int | Random) -> Sparse:
    """Arrays for all tensors with one value everywhere, or with random ones."""
    if value == 0:
        return {t.name: {} for t in claim.tensors}
    check_entries(sum(prod(shape_of(t, names)) for t in claim.tensors))
    return {
        t.name: {
            index: value if isinstance(value, int) else value.randint(-3, 3)
            for index in np.ndindex(*shape_of(t, names))
        }
        for t in claim.tensors
    }


def any_instance(claim: Claim, stated: PreparedLink) -> Counterexample | None:
    """The smallest sizes with all entries 1, or else 0, where both sides are equal: it refutes a `!=`."""
    frame = stated.context.frame()
    point = presburger.smallest(frame.sizes, frame.n_sizes, frame.n_parameters)
    if point is None:
        return None
    values = dict(zip(stated.context.outer, point, strict=True))
    at, names = stated.at(values), stated.sizes_at(values)
    is_small = sum(prod(shape_of(t, names)) for t in claim.tensors) <= MAX_WRITTEN_OUT
    for entry in (1, 0) if is_small else (0,):
        arrays = completed(claim, stated, filled(claim, names, entry), names, {})
        if at is not None and arrays is not None:
            functions = {name: Table(lambda x: 1) for name in claim.functions}
            example = tabled(stated.claimed, drafted(claim, names, first_index(at, names), arrays), functions)
            if is_supposed(stated.claimed, example):
                return example
    return None


def first_index(at: PreparedLink, names: Mapping[str, int]) -> tuple[int, ...]:
    """The free and output indices of the first entry at concrete sizes; () where there is none."""
    frame = at.context.frame()
    point = presburger.smallest(frame.allowed, frame.n_sizes, frame.n_parameters)
    if point is None:
        return ()
    values = dict(zip(at.context.names, point, strict=True))
    return (*(values[n] for n in at.free.indices), *position(at, {**names, **values}))


def shapes(claim: Claim, stated: PreparedLink, hypotheses: Sequence[Hypothesis]) -> Certificate | None:
    """A certificate from the smallest sizes, free indices and arrays at which the shapes of the sides differ."""
    mentioned = {n for side in (stated.left, stated.right) for axis in side.axes for n in axis.size.names}
    rows = cache(partial(_rows_of, claim, hypotheses))
    best: tuple[int, Certificate] | None = None
    for values in stated.small_sizes(MAX_TRIES if stated.claimed.hypotheses else MAX_SHAPES):
        check_time()
        if best is not None and _total(values) >= best[0]:
            return best[1]
        names = stated.sizes_at(values)
        if best is not None and _total(names) >= best[0]:
            continue
        places = free_places(stated, values)[0] if stated.free.indices else [{}]
        for place in places if mentioned & set(stated.free.indices) else places[:1]:
            certificate = _different_shapes(claim, stated, names, place, rows)
            if certificate is not None:
                best = _total(names), certificate
                break
    return best[1] if best is not None else None


def _rows_of(claim: Claim, hypotheses: Sequence[Hypothesis]) -> Rows | None:
    """The hypotheses on tensors as linear equations for all their entries."""
    unknowns = Unknowns.of((t.leaf, tuple(axis.size for axis in t.axes)) for t in claim.tensors)
    try:
        return given_rows(claim, hypotheses, claim.tensors, unknowns)
    except Undecided:
        return None


def _different_shapes(
    claim: Claim,
    stated: PreparedLink,
    names: Mapping[str, int],
    place: Mapping[str, int],
    rows: Callable[[], Rows | None],
) -> Certificate | None:
    numbers = {k: Poly.of(v) for k, v in {**names, **place}.items()}
    left, right = (
        tuple(axis.size.substitute(numbers).integer for axis in side.axes) for side in (stated.left, stated.right)
    )
    if left == right or None in (*left, *right):
        return None
    for arrays in _candidates(claim, stated, names, rows) if stated.claimed.hypotheses else ({},):
        certificate = certify_different(stated.claimed, drafted(claim, names, tuple(place.values()), arrays))
        if certificate is not None:
            return certificate
    return None


def satisfying(
    claim: Claim, stated: PreparedLink, names: Mapping[str, int], hypotheses: Sequence[Hypothesis]
) -> Iterator[tuple[Sparse, dict[str, Table]]]:
    """Random arrays and functions that may satisfy the hypotheses: solutions of linear ones first."""
    for found in _solved(claim, hypotheses, names):
        yield found.random(), _random_functions(claim, Random(0))
    for seed in range(FEW_TRIES):
        drawn, functions = _drawn(claim, stated, names, Random(seed))
        if drawn is not None:
            yield drawn, functions


def _candidates(
    claim: Claim, stated: PreparedLink, names: Mapping[str, int], rows: Callable[[], Rows | None]
) -> Iterator[Sparse]:
    """Arrays that may satisfy the hypotheses: zeros, ones, solutions of their equations, small ones, random ones."""
    yield {t.name: {} for t in claim.tensors}
    yield filled(claim, names, 1)
    known = rows()
    found = solutions_at(known, names) if known is not None else None
    for solution in (found.random(0), *found.basis()) if found is not None else ():
        yield {name: dict(nonzero(array)) for name, array in solution.items()}
    if stated.unused:
        yield from small_arrays(claim, names)
    for seed in range(TRIES_OF_SPECIAL_ARRAYS if stated.unused else FEW_TRIES):
        arrays, _ = _drawn(claim, stated, names, Random(seed))
        if arrays is not None:
            yield arrays


def _total(sizes: Mapping[str, int]) -> int:
    return sum(map(abs, sizes.values()))


def free_places(stated: PreparedLink, values: Mapping[str, int]) -> tuple[list[dict[str, int]], bool]:
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
    checked = () if frame.complete else conditions
    found = [p for p in places if all(holds(c, {n: Poly.of(v) for n, v in p.items()}) for c in checked)]
    return found[:MAX_TRIES], bool(reach.is_subset(few)) and len(found) <= MAX_TRIES
