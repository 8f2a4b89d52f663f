"""Discrete Fourier transforms, as NumPy defines them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, PI, ZERO, I, Poly, exponential, inverse, square_root
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least
from symconv.formulas.language import Formula, Scalar, total
from symconv.formulas.language import times as product
from symconv.operators.axes import axis_number, axis_numbers, bounded, parameter_latex
from symconv.operators.boundaries import roll
from symconv.operators.matrices import scipy_twin


def _numpy(name: str) -> Any:
    """The function of numpy.fft."""
    return getattr(np.fft, name)


def _fourier_latex(power: str) -> Any:
    def latex_of(a: str, n: Any = None, axis: int = -1, norm: Any = None) -> str:
        shown = [parameter_latex(n)] if n is not None else []
        shown += [rf"\mathrm{{axis}}={axis}"] if axis != -1 else []
        shown += [rf"\mathrm{{{norm}}}"] if norm not in (None, "backward") else []
        below = f"_{{{','.join(shown)}}}" if shown else ""
        return rf"\mathcal{{F}}{below}{power}({a})"

    return latex_of


def _several_latex(power: str, default: Any) -> Any:
    def latex_of(a: str, s: Any = None, axes: Any = default, norm: Any = None) -> str:
        shown = [parameter_latex(s)] if s is not None else []
        shown += [rf"\mathrm{{axes}}={parameter_latex(axes)}"] if axes not in (None, default) else []
        shown += [rf"\mathrm{{{norm}}}"] if norm not in (None, "backward") else []
        below = f"_{{{','.join(shown)}}}" if shown else ""
        return rf"\mathcal{{F}}{below}{power}({a})"

    return latex_of


def _transform(a: Any, lengths: Mapping[int, Any], norm: Any, sign: int, name: str) -> Definition:
    """Z[k] = c Σ_u a[u]·exp(sign·2πi·Σ_j k_j·u_j / n_j) over the axes that `lengths` names, cut or filled to them."""
    needs: tuple[Compare, ...] = ()
    lines: dict[int, Axis] = {}
    for place, n in lengths.items():
        line = a.axes[place]
        if n is not None:
            length, more = bounded(n, 1, f"{name}: n")
            line, needs = Axis((length,)), needs + more
        elif line.size.constant is None:
            needs += () if a.leaf is not None else (at_least(line.size, 1),)
        elif line.size.constant < 1:
            raise ShapeError(f"{name}: there are no entries along axis {place}")
        lines[place] = line
    weight = Scalar(inverse(_scale(list(lines.values()), norm, sign, name)))
    axes = tuple(lines.get(k, x) for k, x in enumerate(a.axes))

    def entry(*index: Index) -> Formula:
        def body(*u: Index) -> Formula:
            phase, at = ZERO, list(index)
            for (place, line), i in zip(lines.items(), u, strict=True):
                phase = phase + 2 * sign * I * PI * line.flat(index[place]) * line.flat(i) * inverse(line.size)
                own = a.axes[place]
                at[place] = i if line is own else own.index(own.parts(line.flat(i)))
            return product(Scalar(exponential(phase)), read(a, *at))

        return product(weight, total(list(lines.values()), body))

    return Definition(axes, entry, needs)


def _scale(lines: list[Axis], norm: Any, sign: int, name: str) -> Poly:
    """What the sum is divided by."""
    size = Axis((ONE, *(d for line in lines for d in line.digits))).size
    match norm:
        case None | "backward":
            return ONE if sign < 0 else size
        case "forward":
            return size if sign < 0 else ONE
        case "ortho":
            return square_root(size)
    raise ShapeError(f"{name}: norm {norm!r} is not one of 'backward', 'forward', 'ortho'")


def _several(a: Any, s: Any, axes: Any, norm: Any, sign: int, name: str) -> Definition:
    """The transform along several axes; sizes of −1 and None leave an axis as it is."""
    rank = len(a.axes)
    if s is not None and not isinstance(s, tuple):
        raise ShapeError(f"{name}: s {s} is not a sequence of sizes")
    if axes is None:
        if s is not None and len(s) > rank:
            raise ShapeError(f"{name}: {len(s)} sizes for an array with {rank} axes")
        axes = tuple(range(rank)) if s is None else tuple(range(rank - len(s), rank))
    elif not isinstance(axes, tuple):
        raise ShapeError(f"{name}: axes {axes} is not a sequence of axes")
    places = axis_numbers(axes, rank, name)
    sizes = (None,) * len(places) if s is None else s
    if len(sizes) != len(places):
        raise ShapeError(f"{name}: {len(sizes)} sizes for {len(places)} axes")
    given = {place: None if n is None or n == -1 else n for place, n in zip(places, sizes, strict=True)}
    return _transform(a, given, norm, sign, name)


@operator(library="numpy.fft.fft", family="transforms", operands="a", latex=_fourier_latex(""), twin=_numpy("fft"),
          called="the Fourier transform")  # fmt: skip
def fft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Definition:
    """Discrete Fourier transform along one axis: Z[k] = Σ_u a[u]·exp(−2πi·k·u / n).

    Shapes: unchanged; `n` cuts the axis or fills it with zeros first. `norm` "forward" divides by n, "ortho" by √n.
    Raises `ShapeError` for an axis that does not exist. Source: numpy.fft.fft.

    >>> from symconv import Tensor, sizes
    >>> fft(Tensor("x", sizes("n"))).shape
    (n,)
    """
    return _transform(a, {axis_number(axis, len(a.axes), "fft"): n}, norm, -1, "fft")


@operator(library="numpy.fft.ifft", family="transforms", operands="a", latex=_fourier_latex("^{-1}"),
          twin=_numpy("ifft"), called="the inverse Fourier transform")  # fmt: skip
def ifft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Definition:
    """Inverse Fourier transform along one axis: Z[u] = (1/n) Σ_k a[k]·exp(2πi·k·u / n).

    Shapes: unchanged; `n` cuts the axis or fills it with zeros first. `norm` "forward" does not divide, "ortho"
    divides by √n. Raises `ShapeError` for an axis that does not exist. Source: numpy.fft.ifft.

    >>> from symconv import Tensor, sizes
    >>> ifft(Tensor("x", sizes("n"))).shape
    (n,)
    """
    return _transform(a, {axis_number(axis, len(a.axes), "ifft"): n}, norm, 1, "ifft")


def _define_several(name: str, sign: int, default: Any) -> None:
    """The transforms along two axes and along any."""
    kind = "Discrete Fourier transform" if sign < 0 else "Inverse Fourier transform"
    which = "the last two axes, or two others" if default else "all axes, or those given"
    power = "" if sign < 0 else "^{-1}"

    def define(a: Any, s: Any = None, axes: Any = default, norm: Any = None) -> Definition:
        return _several(a, s, axes, norm, sign, name)

    define.__name__ = name
    define.__doc__ = f"""{kind} along {which}: that along one axis after the other.

    Shapes: unchanged; the sizes `s` cut the axes or fill them with zeros first. `norm` as in `fft`. Raises `ShapeError`
    for an axis that does not exist or is given twice. Source: numpy.fft.{name}.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> {name}(Tensor("X", n, m)).shape
    (n, m)
    """
    globals()[name] = operator(
        library=f"numpy.fft.{name}",
        family="transforms",
        operands="a",
        latex=_several_latex(power, default),
        twin=_numpy(name),
        called=f"the {'inverse ' if sign > 0 else ''}Fourier transform",
    )(define)


for _name, _sign, _default in (("fft2", -1, (-2, -1)), ("ifft2", 1, (-2, -1)), ("fftn", -1, None), ("ifftn", 1, None)):
    _define_several(_name, _sign, _default)


def _shift_latex(word: str) -> Any:
    def latex_of(x: str, axes: Any = None) -> str:
        below = "" if axes is None else f"_{{{parameter_latex(axes)}}}"
        return rf"\operatorname{{{word}}}{below}({x})"

    return latex_of


def _shifted(x: Any, axes: Any, back: bool, name: str) -> Definition:
    places = axis_numbers(axes, len(x.axes), name)
    if not places:
        return Definition(tuple(x.axes), lambda *i: read(x, *i))
    halves = tuple(x.shape[k] // 2 for k in places)
    return roll.define(x, tuple(-h if back else h for h in halves), places)


@operator(library="numpy.fft.fftshift", family="transforms", operands="x", latex=_shift_latex("fftshift"),
          twin=np.fft.fftshift)  # fmt: skip
def fftshift(x: Any, axes: Any = None) -> Definition:
    """The entry for frequency 0 moved to the middle: `roll` by n // 2 along the axes given, or (None) all.

    Shapes: unchanged. Raises `ShapeError` for an axis that does not exist. Source: numpy.fft.fftshift.

    >>> from symconv import Tensor, sizes
    >>> fftshift(Tensor("x", sizes("n"))).shape
    (n,)
    """
    return _shifted(x, axes, False, "fftshift")


@operator(library="numpy.fft.ifftshift", family="transforms", operands="x", latex=_shift_latex("ifftshift"),
          twin=np.fft.ifftshift)  # fmt: skip
def ifftshift(x: Any, axes: Any = None) -> Definition:
    """What undoes `fftshift`: `roll` by −(n // 2) along the axes given, or (None) all.

    Shapes: unchanged. Raises `ShapeError` for an axis that does not exist. Source: numpy.fft.ifftshift.

    >>> from symconv import Tensor, sizes
    >>> ifftshift(Tensor("x", sizes("n"))).shape
    (n,)
    """
    return _shifted(x, axes, True, "ifftshift")


def _dft_latex(n: Any, scale: Any = None) -> str:
    above = "" if scale is None else rf"^{{\mathrm{{{scale}}}}}"
    return rf"\operatorname{{DFT}}_{{{parameter_latex(n)}}}{above}"


@operator(library="scipy.linalg.dft", family="transforms", operands="", latex=_dft_latex,
          twin=scipy_twin("dft"))  # fmt: skip
def dft(n: Any, scale: Any = None) -> Definition:
    """The matrix of the Fourier transform: entry exp(−2πi·j·k / n), by `scale` "n" divided by n, "sqrtn" by √n.

    Shapes: (n, n). Raises `ShapeError` for n < 1 or another scale. Source: scipy.linalg.dft.

    >>> from symconv import sizes
    >>> dft(sizes("n")).shape
    (n, n)
    """
    size, needs = bounded(n, 1, "dft: n")
    if scale not in (None, "n", "sqrtn"):
        raise ShapeError(f"dft: scale {scale!r} is not one of None, 'n', 'sqrtn'")
    norm = {None: "backward", "n": "forward", "sqrtn": "ortho"}[scale]
    side = Axis((size,))
    weight = Scalar(inverse(_scale([side], norm, -1, "dft")))

    def entry(j: Poly, k: Poly) -> Formula:
        phase = -2 * I * PI * side.flat(j) * side.flat(k) * inverse(size)
        return product(weight, Scalar(exponential(phase)))

    return Definition((side, side), entry, needs)
