"""Rearranging axes by a pattern of names, as einops defines it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from symconv.errors import ShapeError
from symconv.kernel.formulas import Axis, Compare, Formula, Index
from symconv.kernel.polynomials import ONE, ZERO, Poly
from symconv.operators.axes import bounded, flat_axis, unflatten
from symconv.operators.layout import inferred, regroup
from symconv.operators.registry import Definition, Requirement, operator, read, require

Group = tuple[str, ...]
"""The names that make up one axis; none for an axis of size 1."""

_TOKEN = re.compile(r"\s*(\.\.\.|[A-Za-z_]\w*|\d+|[()]|\S)")


def _einops(tensor: Any, pattern: str, **axes_lengths: Any) -> Any:
    from einops import rearrange as twin

    return twin(tensor, pattern, **axes_lengths)


def _pattern_latex(tensor: str, pattern: str, **axes_lengths: Any) -> str:
    left, _, right = pattern.partition("->")
    shown = rf"\mathtt{{{_escaped(left)}}} \to \mathtt{{{_escaped(right)}}}"
    return rf"\operatorname{{rearrange}}_{{{shown}}}({tensor})"


def _escaped(text: str) -> str:
    return text.strip().replace("_", r"\_").replace("...", r"\ldots{}").replace(" ", r"\ ")


@operator(library="einops.rearrange", family="layout", operands="tensor", latex=_pattern_latex, twin=_einops)
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
    left, right = _sides(str(pattern), len(tensor.axes))
    names = [name for group in left for name in group]
    unknown = sorted(set(axes_lengths) - set(names))
    if unknown:
        raise ShapeError(f"rearrange: the pattern has no axis {unknown[0]!r}")
    lengths = {name: bounded(value, 1, f"rearrange: {name}") for name, value in axes_lengths.items()}
    sizes = {name: size for name, (size, _) in lengths.items()}
    needs = tuple(need for _, more in lengths.values() for need in more)
    axes: dict[str, Axis] = {}
    requires: list[Requirement] = []
    splits: list[Callable[[dict[str, Index]], Index]] = []
    for group, axis in zip(left, tensor.axes, strict=True):
        made, split, more, required = _split(group, axis, sizes)
        axes |= made
        splits.append(split)
        needs += more
        requires += required
    groups = [[axes[name] for name in group] for group in right]

    def entry(*index: Index) -> Formula:
        at: dict[str, Index] = {}
        for group, own, i in zip(right, groups, index, strict=True):
            at |= zip(group, [i] if len(group) == 1 else unflatten(own, i), strict=True)
        return read(tensor, *(split(at) for split in splits), inside=True)

    shape = tuple(own[0] if len(own) == 1 else flat_axis(own) for own in groups)
    return Definition(shape, entry, needs, tuple(requires))


def _split(
    group: Group, axis: Axis, sizes: dict[str, Poly]
) -> tuple[dict[str, Axis], Callable[[dict[str, Index]], Index], tuple[Compare, ...], tuple[Requirement, ...]]:
    """The axes that an axis is made of, and how their indices give its own."""
    required: tuple[Requirement, ...] = ()
    if not group:
        if axis.size != 1:
            required = (require(axis.size, ONE, "rearrange: an axis of size 1 and its size"),)
        return {}, lambda at: axis.index([ZERO] * len(axis.digits)), (), required
    if len(group) == 1:
        (name,) = group
        size = sizes.get(name, axis.size)
        if size != axis.size:
            required = (require(axis.size, size, f"rearrange: sizes of {name!r}"),)
        return {name: axis}, lambda at: at[name], (), required
    missing = [k for k, name in enumerate(group) if name not in sizes]
    if len(missing) > 1:
        words = " and ".join(repr(group[k]) for k in missing)
        raise ShapeError(f"rearrange: the lengths of {words} are not given")
    targets = [sizes.get(name, ONE) for name in group]
    line = flat_axis([axis])
    if missing:
        (k,) = missing
        try:
            targets[k] = inferred(line.digits, targets[:k], targets[k + 1 :])
        except ShapeError:
            rest = Axis((ONE, *targets)).size
            targets[k] = axis.size // rest
            require(axis.size, targets[k] * rest, "rearrange: an axis and its parts:")
    made, parts, needs, required = regroup(line.digits, targets)

    def index(at: dict[str, Index]) -> Index:
        return unflatten([axis], line.index(parts([at[name] for name in group]) or [ZERO]))[0]

    return dict(zip(group, made, strict=True)), index, needs, required


def _sides(pattern: str, rank: int) -> tuple[list[Group], list[Group]]:
    """The axes on both sides, those of `...` under names of their own."""
    left, arrow, right = pattern.partition("->")
    if not arrow or "->" in right:
        raise ShapeError(f"rearrange: the pattern {pattern!r} takes one '->'")
    before, after = _groups(left, pattern), _groups(right, pattern)
    if ("...",) not in before and any("..." in group for group in before):
        raise ShapeError("rearrange: '...' cannot stand in parentheses on the left")
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
                else [tuple(n for name in group for n in (hidden if name == "..." else (name,)))]
            )
        ]
    if len(before) != rank:
        raise ShapeError(f"rearrange: {len(before)} axes in the pattern for an array with {rank}")
    names, wanted = ([name for group in side for name in group] for side in (before, after))
    for listed in (names, wanted):
        twice = next((name for name in listed if listed.count(name) > 1), None)
        if twice:
            raise ShapeError(f"rearrange: {twice!r} stands twice on one side")
    if set(names) != set(wanted):
        raise ShapeError(f"rearrange: {min(set(names) ^ set(wanted))!r} stands on one side only")
    return before, after


def _groups(side: str, pattern: str) -> list[Group]:
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
            raise ShapeError(f"rearrange: {token!r} cannot stand here in the pattern {pattern!r}")
    if inside is not None:
        raise ShapeError(f"rearrange: a parenthesis is not closed in the pattern {pattern!r}")
    return groups
