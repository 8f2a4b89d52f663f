"""Rearranging axes by a pattern of names, as einops defines it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, ZERO, Poly, inverse
from symconv.errors import ShapeError, Unsupported
from symconv.expressions.registry import Definition, Requirement, operator, read, require
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Formula, Scalar, total
from symconv.formulas.language import times as product
from symconv.operators.axes import bounded, flat_axis, keywords_latex, unflatten
from symconv.operators.layout import inferred, regroup

Group = tuple[str, ...]
"""The names that make up one axis; none for an axis of size 1."""

_TOKEN = re.compile(r"\s*(\.\.\.|[A-Za-z_]\w*|\d+|[()]|\S)")


def _einops(name: str) -> Any:
    def twin(*args: Any, **axes_lengths: Any) -> Any:
        import einops

        return getattr(einops, name)(*args, **axes_lengths)

    return twin


def _reduced(tensor: Any, pattern: str, reduction: str, **axes_lengths: Any) -> Any:
    """einops.reduce, whose own "mean" takes arrays of floating-point numbers only."""
    return _einops("reduce")(tensor, pattern, np.mean if reduction == "mean" else reduction, **axes_lengths)


def _rearrange_latex(tensor: str, pattern: str, **axes_lengths: Any) -> str:
    lengths = keywords_latex(axes_lengths.get("axes_lengths", axes_lengths))
    return rf"\operatorname{{rearrange}}_{{{_arrow(pattern)}}}({', '.join([tensor, *lengths])})"


def _reduce_latex(tensor: str, pattern: str, reduction: str, **axes_lengths: Any) -> str:
    return rf"\operatorname{{{reduction}}}_{{{_arrow(pattern)}}}({tensor})"


def _arrow(pattern: str) -> str:
    left, _, right = pattern.partition("->")
    return rf"\mathtt{{{_escaped(left)}}} \to \mathtt{{{_escaped(right)}}}"


def _escaped(text: str) -> str:
    return text.strip().replace("_", r"\_").replace("...", r"\ldots{}").replace(" ", r"\ ")


@operator(library="einops.rearrange", family="layout", operands="tensor", latex=_rearrange_latex,
          twin=_einops("rearrange"))  # fmt: skip
def rearrange(tensor: Any, pattern: str, **axes_lengths: Any) -> Definition:
    """Axes in another order, merged and split by a pattern such as "c (h p) w -> (c p) h w", p=2.

    Names in parentheses are one axis, the last name running fastest; `1` and `()` are axes of size 1, `...` stands
    for all axes that have no name. Shapes: as the right side says; of the names that split an axis, one may have no
    length. Raises `ShapeError` for a pattern that does not fit the array. Source: einops.rearrange.

    >>> from symconv import Tensor, sizes
    >>> C, h, w = sizes("C h w")
    >>> rearrange(Tensor("X", C, h, w), "c h w -> c (h w)").shape
    (C, h*w)
    """
    return _by_pattern(tensor, str(pattern), axes_lengths, "rearrange")


@operator(library="einops.reduce", family="products", operands="tensor", latex=_reduce_latex, twin=_reduced)
def reduce(tensor: Any, pattern: str, reduction: str, **axes_lengths: Any) -> Definition:
    """Sum or mean over the axes that stand only on the left of a pattern such as "c (h p) (w q) -> c h w", p=2, q=2.

    The rest is rearranged as `rearrange` does. Shapes: as the right side says. Raises `ShapeError` for a pattern that
    does not fit the array, `Unsupported` for other reductions than "sum" and "mean". Source: einops.reduce.

    >>> from symconv import Tensor, sizes
    >>> C, h, w = sizes("C h w")
    >>> reduce(Tensor("X", C, h, w), "c h w -> c", "mean").shape
    (C,)
    """
    if reduction not in ("sum", "mean"):
        raise Unsupported(f"reduce: the reduction {reduction!r}", hint="it takes 'sum' and 'mean'")
    return _by_pattern(tensor, str(pattern), axes_lengths, "reduce", averaged=reduction == "mean")


def _by_pattern(
    tensor: Any, pattern: str, axes_lengths: dict[str, Any], name: str, averaged: bool = False
) -> Definition:
    """What a pattern makes of an array; axes that the right side leaves out are added up or averaged."""
    left, right = _sides(pattern, len(tensor.axes), name)
    names = [own for group in left for own in group]
    unknown = sorted(set(axes_lengths) - set(names))
    if unknown:
        raise ShapeError(f"{name}: the pattern has no axis {unknown[0]!r}")
    lengths = {own: bounded(value, 1, f"{name}: {own}") for own, value in axes_lengths.items()}
    sizes = {own: size for own, (size, _) in lengths.items()}
    needs = tuple(need for _, more in lengths.values() for need in more)
    axes: dict[str, Axis] = {}
    requires: list[Requirement] = []
    splits: list[Callable[[dict[str, Index]], Index]] = []
    for group, axis in zip(left, tensor.axes, strict=True):
        made, split, more, required = _split(group, axis, sizes, name)
        axes |= made
        splits.append(split)
        needs += more
        requires += required
    groups = [[axes[own] for own in group] for group in right]
    gone = [own for own in names if not any(own in group for group in right)]
    left_out = [axes[own] for own in gone]
    factor = _share(left_out, name) if averaged else None

    def entry(*index: Index) -> Formula:
        at: dict[str, Index] = {}
        for group, own, i in zip(right, groups, index, strict=True):
            at |= zip(group, [i] if len(group) == 1 else unflatten(own, i), strict=True)

        def body(*bound: Index) -> Formula:
            found = {**at, **dict(zip(gone, bound, strict=True))}
            return read(tensor, *(split(found) for split in splits), inside=True)

        added = total(left_out, body)
        return added if factor is None else product(factor, added)

    shape = tuple(own[0] if len(own) == 1 else flat_axis(own) for own in groups)
    return Definition(shape, entry, needs, tuple(requires))


def _share(axes: list[Axis], name: str) -> Scalar:
    """1 / the number of entries that a mean is taken of."""
    size = Axis((ONE, *(d for axis in axes for d in axis.digits))).size
    if not size:
        raise ShapeError(f"{name}: there are no entries to average")
    return Scalar(inverse(size))


def _split(
    group: Group, axis: Axis, sizes: dict[str, Poly], name: str
) -> tuple[dict[str, Axis], Callable[[dict[str, Index]], Index], tuple[Compare, ...], tuple[Requirement, ...]]:
    """The axes that an axis is made of, and how their indices give its own."""
    required: tuple[Requirement, ...] = ()
    if not group:
        if axis.size != 1:
            required = (require(axis.size, ONE, f"{name}: an axis of size 1 and its size"),)
        return {}, lambda at: axis.index([ZERO] * len(axis.digits)), (), required
    if len(group) == 1:
        (own,) = group
        size = sizes.get(own, axis.size)
        if size != axis.size:
            required = (require(axis.size, size, f"{name}: sizes of {own!r}"),)
        return {own: axis}, lambda at: at[own], (), required
    missing = [k for k, own in enumerate(group) if own not in sizes]
    if len(missing) > 1:
        words = " and ".join(repr(group[k]) for k in missing)
        raise ShapeError(f"{name}: the lengths of {words} are not given")
    targets = [sizes.get(own, ONE) for own in group]
    line = flat_axis([axis])
    if missing:
        (k,) = missing
        try:
            targets[k] = inferred(line.digits, targets[:k], targets[k + 1 :])
        except ShapeError:
            rest = Axis((ONE, *targets)).size
            targets[k] = axis.size // rest
            require(axis.size, targets[k] * rest, f"{name}: an axis and its parts:")
    made, parts, needs, required = regroup(line.digits, targets)

    def index(at: dict[str, Index]) -> Index:
        return unflatten([axis], line.index(parts([at[own] for own in group]) or [ZERO]))[0]

    return dict(zip(group, made, strict=True)), index, needs, required


def _sides(pattern: str, rank: int, name: str) -> tuple[list[Group], list[Group]]:
    """The axes on both sides, those of `...` under names of their own."""
    left, arrow, right = pattern.partition("->")
    if not arrow or "->" in right:
        raise ShapeError(f"{name}: the pattern {pattern!r} takes one '->'")
    before, after = _groups(left, pattern, name), _groups(right, pattern, name)
    if ("...",) not in before and any("..." in group for group in before):
        raise ShapeError(f"{name}: '...' cannot stand in parentheses on the left")
    wide = rank - len(before) + 1
    if ("...",) in before and wide >= 0:
        hidden = tuple(f"...{k}" for k in range(wide))
        before = [own for group in before for own in ([(h,) for h in hidden] if group == ("...",) else [group])]
        after = [
            own
            for group in after
            for own in (
                [(h,) for h in hidden]
                if group == ("...",)
                else [tuple(n for own in group for n in (hidden if own == "..." else (own,)))]
            )
        ]
    if len(before) != rank:
        raise ShapeError(f"{name}: {len(before)} axes in the pattern for an array with {rank}")
    names, wanted = ([own for group in side for own in group] for side in (before, after))
    for listed in (names, wanted):
        twice = next((own for own in listed if listed.count(own) > 1), None)
        if twice:
            raise ShapeError(f"{name}: {twice!r} stands twice on one side")
    alone = set(wanted) - set(names) if name == "reduce" else set(names) ^ set(wanted)
    if alone:
        side = "the right" if name == "reduce" else "one"
        raise ShapeError(f"{name}: {min(alone)!r} stands on {side} side only")
    return before, after


def _groups(side: str, pattern: str, name: str) -> list[Group]:
    groups: list[Group] = []
    inside: list[str] | None = None
    for token in _TOKEN.findall(side):
        if token == "(" and inside is None:
            inside = []
        elif token == ")" and inside is not None:
            groups.append(tuple(inside))
            inside = None
        elif token == "1":
            groups += [()] if inside is None else []
        elif token == "..." or (token.isidentifier() and not token.startswith("_") and not token.endswith("_")):
            if inside is None:
                groups.append((token,))
            else:
                inside.append(token)
        else:
            raise ShapeError(f"{name}: {token!r} cannot stand here in the pattern {pattern!r}")
    if inside is not None:
        raise ShapeError(f"{name}: a parenthesis is not closed in the pattern {pattern!r}")
    return groups
