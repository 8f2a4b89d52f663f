"""What refutes an `iff`: sizes and arrays without its condition where all links hold, or with it where one does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, product
from math import prod
from random import Random

import islpy as isl
import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, TensorHypothesis
from symconv.expressions.tensors import Tensor
from symconv.formulas.conditions import condition_names
from symconv.kernel import presburger
from symconv.kernel.replay import Counterexample
from symconv.kernel.rows import Rows
from symconv.kernel.sparse_arrays import nonzero
from symconv.kernel.verdicts import Certificate, certify_different, certify_unnecessary
from symconv.limits import FEW_TRIES, MAX_PLACES, MAX_SHAPES, MAX_TRIES
from symconv.proving.refuting.counterexamples import (
    Sparse,
    completed,
    drafted,
    filled,
    first_index,
    position,
    shape_of,
    small_arrays,
)
from symconv.proving.refuting.solutions import solutions_at
from symconv.proving.refuting.solved_hypotheses import solved_hypotheses
from symconv.proving.small_choices import all_hold
from symconv.proving.statements import PreparedLink


def holds_outside(claim: Claim, stated: Sequence[PreparedLink], outside: isl.Set) -> Certificate | None:
    """A certificate from small sizes of a set at which the sides of all links are equal for all tensors."""
    for values in _smallest(stated[0], outside):
        found = _unnecessary(claim, stated, values, {})
        if found is not None:
            return found
    return None


def holds_without(claim: Claim, stated: Sequence[PreparedLink], rows: Rows, failing: isl.Set) -> Certificate | None:
    """A certificate from sizes and solutions of rows that do not satisfy the condition of a claim."""
    for values in _smallest(stated[0], failing):
        found = solutions_at(rows, values)
        for arrays in found.basis() if found is not None else ():
            certificate = _unnecessary(claim, stated, values, _sparse(arrays))
            if certificate is not None:
                return certificate
    return None


def holds_for_arrays(claim: Claim, stated: Sequence[PreparedLink], tensors: Sequence[Tensor]) -> Certificate | None:
    """A certificate from small sizes and simple arrays that do not satisfy the condition of a claim."""
    for values in islice(stated[0].small_sizes(MAX_SHAPES), FEW_TRIES):
        names = stated[0].sizes_at(values)
        for arrays in chain(_simple_arrays(tensors, names), _satisfying(claim, names), small_arrays(claim, names)):
            certificate = _unnecessary(claim, stated, values, arrays)
            if certificate is not None:
                return certificate
    return None


def _unnecessary(
    claim: Claim, stated: Sequence[PreparedLink], values: Mapping[str, int], arrays: Sparse
) -> Certificate | None:
    """A certificate from some arrays; the others are shown with ones, or else with zeros."""
    at, names = stated[0].at(values), stated[0].sizes_at(values)
    if at is None:
        return None
    links = [claim.statement(link, assumptions=s.assumptions) for link, s in zip(claim.links, stated, strict=True)]
    condition = claim.statement(claim.links[0], exactly=True, assumptions=stated[0].assumptions)
    for others in (1, 0):
        made = completed(claim, stated[0], {**filled(claim, names, others), **arrays}, names, {})
        if made is not None:
            example = drafted(claim, names, first_index(at, names), {**made, **arrays})
            certificate = certify_unnecessary(links, condition, example)
            if certificate is not None:
                return certificate
    return None


def _satisfying(claim: Claim, names: Mapping[str, int]) -> Iterator[Sparse]:
    """Arrays for all tensors that satisfy the hypotheses, and then some for which all links hold as well."""
    on_tensors = [h for h in claim.hypotheses if isinstance(h, TensorHypothesis)]
    links = [TensorHypothesis(link.left, link.right) for link in claim.links]
    for equations in (on_tensors, [*on_tensors, *links]):
        for found in solved_hypotheses(claim, equations, names, Random(0)):
            yield from (*found.simple(), *map(found.random, range(FEW_TRIES)))


def _simple_arrays(tensors: Sequence[Tensor], sizes: Mapping[str, int]) -> Iterator[Sparse]:
    """All zeros or ones in each tensor, then a single 1, then small random entries."""
    shapes = {t.name: shape_of(t, sizes) for t in tensors}
    for chosen in product((0, 1), repeat=len(tensors)):
        yield {n: dict.fromkeys(np.ndindex(*s), v) for v, (n, s) in zip(chosen, shapes.items(), strict=True)}
    for name, shape in shapes.items():
        for index in islice(np.ndindex(*shape), MAX_PLACES):
            yield {n: {index: 1} if n == name else {} for n in shapes}
    for seed in range(FEW_TRIES):
        random = Random(seed)
        drawn = {n: [random.randint(-1, 1) for _ in range(prod(s))] for n, s in shapes.items()}
        yield {n: dict(zip(np.ndindex(*s), drawn[n], strict=True)) for n, s in shapes.items()}


def _sparse(arrays: Mapping[str, np.ndarray]) -> Sparse:
    return {name: dict(nonzero(array)) for name, array in arrays.items()}


def differs_under(claim: Claim, stated: PreparedLink, rows: Rows, failing: isl.Set) -> Certificate | None:
    """A certificate from sizes and tensors that satisfy the condition, given by its rows, with sides that differ."""
    statement = claim.statement(stated.link, exactly=True, assumptions=stated.assumptions)
    for values in _smallest(stated, failing):
        at, names = stated.at(values), stated.sizes_at(values)
        found = solutions_at(rows, values)
        if at is None or found is None:
            continue
        places = presburger.each_point(at.context.frame().allowed, MAX_TRIES)
        random = Random(0)
        for arrays in (*found.basis(), *map(found.random, range(FEW_TRIES))):
            for others in (1, random):
                made = completed(claim, stated, {**filled(claim, names, others), **_sparse(arrays)}, names, {})
                for point in places if made is not None else ():
                    certificate = certify_different(statement, _at_point(claim, at, names, made or {}, point))
                    if certificate is not None:
                        return certificate
    return None


def _at_point(
    claim: Claim, at: PreparedLink, names: Mapping[str, int], arrays: Sparse, point: Sequence[int]
) -> Counterexample:
    """The example at the free and output indices of a point."""
    values = dict(zip(at.context.names, point, strict=True))
    index = (*(values[n] for n in at.free.indices), *position(at, {**names, **values}))
    return drafted(claim, names, index, arrays)


def _smallest(stated: PreparedLink, failing: isl.Set) -> Iterator[dict[str, int]]:
    """The first few choices of sizes in a set, of which those of products and quotients satisfy all that is known."""
    outer = stated.context.outer
    conditions = [c for c in stated.context.conditions if condition_names(c) <= {*outer}]
    for _ in range(FEW_TRIES):
        point = presburger.smallest(failing, len(stated.context.sizes), len(stated.context.parameters))
        if point is None:
            return
        failing = failing.subtract(presburger.point_set(point))
        values = dict(zip(outer, point, strict=True))
        if all_hold(conditions, {name: Poly.of(value) for name, value in values.items()}):
            yield values
