"""One shape for values that have different ones on different paths, of which exactly one is taken."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts
from symconv.reading.programs.state.paths import Path, example

Shape = tuple[Poly, ...]


def common_shape(shapes: Sequence[tuple[Path, Shape]], base: Path, what: str, node: ast.AST) -> Shape:
    """The shape that is each of them on its path; raises where there is none that sizes can say."""
    first = shapes[0][1]
    if all(shape == first for _, shape in shapes):
        return first
    if len({len(shape) for _, shape in shapes}) == 1:
        sizes = [_common_size([(p.known, shape[axis]) for p, shape in shapes]) for axis in range(len(first))]
        if None not in sizes:
            return tuple(size for size in sizes if size is not None)
    shown = " and ".join(
        f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)}){example(p, [()])}" for p, shape in shapes
    )
    hint = "state the claim for one of them, as in … if N >= M"
    raise base.error(f"{what} has shapes that differ: {shown}", node, hint)


def _common_size(sizes: Sequence[tuple[Facts, Poly]]) -> Poly | None:
    """A size that is each of these where its facts hold."""
    known = [(facts, facts.settled(size)) for facts, size in sizes]
    for candidate in _candidates([size for _, size in known]):
        if all(facts.implies(Compare(candidate - size, "==")) for facts, size in known):
            return candidate
    return None


def _candidates(sizes: Sequence[Poly]) -> Iterator[Poly]:
    different = list(dict.fromkeys(sizes))
    yield from different
    yield from (extremum("max", [ZERO, size]) for size in different)
    yield from (extremum(kind, different) for kind in ("max", "min"))
    yield from (extremum("max", [ONE, size]) for size in different)
